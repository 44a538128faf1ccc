<?php
/**
 * Who else may write to shoppers about their carts.
 *
 * @package StoreConnector
 */

defined( 'ABSPATH' ) || exit;

/**
 * Finds them, so that nobody is reminded twice. That a plugin is active does not say that it sends: the merchant knows.
 */
final class StoreConnector_Cart_Mail_Senders {

	/** Folders of plugins known to send cart reminders. */
	const PLUGINS = array(
		'abandoned-cart-recovery-for-woocommerce',
		'activecampaign-for-woocommerce',
		'automatewoo',
		'cart-lift',
		'drip-for-woocommerce',
		'follow-up-emails',
		'klaviyo',
		'leadin',
		'mailchimp-for-woocommerce',
		'mailpoet',
		'mailpoet-premium',
		'omnisend-connect',
		'retainful-next-order-coupon-for-woocommerce',
		'shopmagic-for-woocommerce',
		'woo-abandoned-cart-recovery',
		'woo-cart-abandonment-recovery',
		'woo-save-abandoned-carts',
		'woocommerce-abandon-cart-pro',
		'woocommerce-abandoned-cart',
		'woocommerce-jetpack',
		'woocommerce-sendinblue-newsletter-subscription',
		'wp-marketing-automations',
		'yith-woocommerce-recover-abandoned-cart',
		'yith-woocommerce-recover-abandoned-cart-premium',
	);

	/**
	 * Those at work here.
	 *
	 * @return string[] "woocommerce" for WooCommerce's own mail, else a plugin's folder.
	 */
	public static function active() {
		$files = (array) get_option( 'active_plugins', array() );
		if ( is_multisite() ) {
			$files = array_merge( $files, array_keys( (array) get_site_option( 'active_sitewide_plugins', array() ) ) );
		}
		$folders = array_map(
			static function ( $file ) {
				return explode( '/', (string) $file )[0];
			},
			$files
		);
		$found   = array_values( array_intersect( self::PLUGINS, $folders ) );
		return self::core_sends() ? array_merge( array( 'woocommerce' ), $found ) : $found;
	}

	/**
	 * Whether WooCommerce's own recovery mail (from 11.0, behind a switch) is on. Found by what its names say, as they
	 * changed while it was built.
	 *
	 * @return bool
	 */
	private static function core_sends() {
		foreach ( WC()->mailer()->get_emails() as $class => $email ) {
			$names = strtolower( $class . ' ' . ( isset( $email->id ) ? $email->id : '' ) );
			if ( 1 === preg_match( '/abandoned_cart|checkout_recovery|cart_recovery/', $names ) && $email->is_enabled() ) {
				return true;
			}
		}
		return false;
	}
}
