<?php
/**
 * Hooks everything in.
 *
 * @package StoreConnector
 */

defined( 'ABSPATH' ) || exit;

/**
 * Reads as a table of contents.
 */
final class StoreConnector_Plugin {

	const CLEAN_UP = 'storeconnector_clean_up';

	/**
	 * When all plugins are loaded; does nothing without WooCommerce.
	 */
	public static function start() {
		load_plugin_textdomain( 'storeconnector', false, dirname( plugin_basename( STORECONNECTOR_FILE ) ) . '/languages' );
		if ( ! class_exists( 'WooCommerce' ) ) {
			return;
		}

		$table = new StoreConnector_Cart_Table();
		$table->upgrade();
		( new StoreConnector_Cart_Watch( $table ) )->hook();
		( new StoreConnector_Cart_Topic( $table ) )->hook();
		( new StoreConnector_Consent() )->hook();
		( new StoreConnector_Contact_Capture() )->hook();
		( new StoreConnector_Recovery( $table ) )->hook();
		( new StoreConnector_Privacy( $table ) )->hook();
		( new StoreConnector_Rest() )->hook();
		if ( is_admin() ) {
			( new StoreConnector_Admin_Page() )->hook();
		}
		add_action( self::CLEAN_UP, array( $table, 'forget_old' ) );
	}

	/**
	 * Says that orders are only touched through WooCommerce's own objects, and that the blocks are served.
	 */
	public static function declare_compatibility() {
		$features = '\Automattic\WooCommerce\Utilities\FeaturesUtil';
		if ( class_exists( $features ) ) {
			$features::declare_compatibility( 'custom_order_tables', STORECONNECTOR_FILE, true );
			$features::declare_compatibility( 'cart_checkout_blocks', STORECONNECTOR_FILE, true );
		}
	}

	/**
	 * On activation.
	 */
	public static function activate() {
		( new StoreConnector_Cart_Table() )->upgrade();
		if ( ! wp_next_scheduled( self::CLEAN_UP ) ) {
			wp_schedule_event( time() + HOUR_IN_SECONDS, 'daily', self::CLEAN_UP );
		}
	}

	/**
	 * On deactivation: nothing runs any more, nothing is lost.
	 */
	public static function deactivate() {
		wp_clear_scheduled_hook( self::CLEAN_UP );
	}
}
