<?php
/**
 * Leaves nothing.
 *
 * @package StoreConnector
 */

defined( 'ABSPATH' ) || exit;

/**
 * Removes what the plugin wrote, on one site. The proofs of permission on orders stay unless the merchant ticked
 * "delete the proofs too": who sent a message may have to show the permission years later, and only the order still
 * has it then. WooCommerce may be gone already, so only WordPress and the data base are used.
 */
final class StoreConnector_Uninstaller {

	const OPTIONS = array(
		StoreConnector_Connection::OPTION,
		StoreConnector_Connection::SERVICE_OPTION,
		StoreConnector_Cart_Table::VERSION_OPTION,
		StoreConnector_Settings::OPTION,
	);

	/**
	 * Removes it all from the present site.
	 */
	public static function run() {
		$everything = StoreConnector_Settings::is_on( 'remove_everything' );
		self::remove_webhooks( StoreConnector_Connection::origin() );
		self::remove_order_meta( $everything ? array_merge( array( StoreConnector_Cart_Watch::ORDER_META ), self::proofs() ) : array( StoreConnector_Cart_Watch::ORDER_META ) );
		self::remove_scheduled();
		self::remove_transients();
		self::remove_table();
		delete_metadata( 'user', 0, StoreConnector_Cart_Token::USER_META, '', true );
		array_map( 'delete_option', self::OPTIONS );
	}

	/**
	 * The order meta that proves a permission: ours, and WooCommerce's copy of the block checkout's tick.
	 *
	 * @return string[]
	 */
	private static function proofs() {
		return array( '_sc_email_consent', '_sc_sms_consent', '_wc_other/storeconnector/email-consent', '_wc_other/storeconnector/sms-consent' );
	}

	/**
	 * The webhooks that deliver to our service: nobody would answer them, and each failure costs the shop time.
	 *
	 * @param string $origin The service's.
	 */
	private static function remove_webhooks( $origin ) {
		global $wpdb;
		if ( '' !== $origin && self::exists( 'wc_webhooks' ) ) {
			// phpcs:ignore WordPress.DB -- the table's name is WooCommerce's.
			$wpdb->query( $wpdb->prepare( "DELETE FROM {$wpdb->prefix}wc_webhooks WHERE delivery_url LIKE %s", $wpdb->esc_like( $origin . '/' ) . '%' ) );
			delete_transient( 'woocommerce_webhook_ids' );
			foreach ( array( 'active', 'paused', 'disabled' ) as $status ) {
				delete_transient( 'woocommerce_webhook_ids_status_' . $status );
			}
		}
	}

	/**
	 * From orders, where they lie in tables of their own and where they are posts.
	 *
	 * @param string[] $keys The meta.
	 */
	private static function remove_order_meta( array $keys ) {
		global $wpdb;
		foreach ( $keys as $key ) {
			delete_metadata( 'post', 0, $key, '', true );
			if ( self::exists( 'wc_orders_meta' ) ) {
				$wpdb->delete( $wpdb->prefix . 'wc_orders_meta', array( 'meta_key' => $key ), array( '%s' ) ); // phpcs:ignore WordPress.DB
			}
		}
	}

	/**
	 * What was to run later.
	 */
	private static function remove_scheduled() {
		wp_clear_scheduled_hook( StoreConnector_Plugin::CLEAN_UP );
		if ( function_exists( 'as_unschedule_all_actions' ) ) {
			as_unschedule_all_actions( StoreConnector_Plugin::CLEAN_UP );
		}
	}

	/**
	 * Transients end by themselves; these need not wait for it.
	 */
	private static function remove_transients() {
		global $wpdb;
		delete_transient( StoreConnector_Connection::STATE );
		foreach ( array( '_transient_storeconnector_', '_transient_timeout_storeconnector_' ) as $prefix ) {
			$wpdb->query( $wpdb->prepare( "DELETE FROM {$wpdb->options} WHERE option_name LIKE %s", $wpdb->esc_like( $prefix ) . '%' ) ); // phpcs:ignore WordPress.DB
		}
	}

	/**
	 * The carts.
	 */
	private static function remove_table() {
		global $wpdb;
		$wpdb->query( 'DROP TABLE IF EXISTS ' . StoreConnector_Cart_Table::name() ); // phpcs:ignore WordPress.DB
	}

	/**
	 * Whether this site has a table.
	 *
	 * @param string $name Without the prefix.
	 * @return bool
	 */
	private static function exists( $name ) {
		global $wpdb;
		return null !== $wpdb->get_var( $wpdb->prepare( 'SHOW TABLES LIKE %s', $wpdb->esc_like( $wpdb->prefix . $name ) ) ); // phpcs:ignore WordPress.DB
	}
}
