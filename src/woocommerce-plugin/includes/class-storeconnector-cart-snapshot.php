<?php
/**
 * A cart as it is told.
 *
 * @package StoreConnector
 */

defined( 'ABSPATH' ) || exit;

/**
 * Makes the body of cart.updated. The service reads these names: change one only together with it.
 */
final class StoreConnector_Cart_Snapshot {

	const MAX_ITEMS      = 100;
	const MAX_COUPONS    = 20;
	const MAX_ATTRIBUTES = 20;

	/** Characters of a name or a value. */
	const MAX_TEXT = 200;

	/** Bytes of the items' JSON together; what comes after is left out and counted. */
	const MAX_BYTES = 32768;

	/**
	 * The cart of this request.
	 *
	 * @param string $token Its name.
	 * @return array<string,mixed>
	 */
	public static function of( $token ) {
		$cart    = WC()->cart;
		$contact = self::contact();
		$body    = array(
			'cart'        => $token,
			'hash'        => '',
			'updated_gmt' => gmdate( 'Y-m-d\TH:i:s' ),
			'currency'    => get_woocommerce_currency(),
			'total'       => $cart->is_empty() ? '0.00' : self::amount( $cart->get_total( 'edit' ) ),
			'coupons'     => array_map( array( __CLASS__, 'text' ), array_slice( array_values( $cart->get_applied_coupons() ), 0, self::MAX_COUPONS ) ),
			'customer_id' => get_current_user_id(),
			'email'       => $contact['email'],
			'phone'       => $contact['phone'],
			'country'     => WC()->customer ? self::text( WC()->customer->get_billing_country() ) : '',
			'locale'      => determine_locale(),
			'items'       => array(),
		);
		return self::with_items( $body, array_values( $cart->get_cart() ) );
	}

	/**
	 * A cart that is empty now.
	 *
	 * @param string $token Its name.
	 * @return array<string,mixed>
	 */
	public static function emptied( $token ) {
		return self::with_items(
			array(
				'cart'        => $token,
				'hash'        => '',
				'updated_gmt' => gmdate( 'Y-m-d\TH:i:s' ),
				'currency'    => get_woocommerce_currency(),
				'total'       => '0.00',
				'coupons'     => array(),
				'customer_id' => 0,
				'email'       => '',
				'phone'       => '',
				'country'     => '',
				'locale'      => determine_locale(),
				'items'       => array(),
			),
			array()
		);
	}

	/**
	 * Adds as many items as fit, and the hash of everything but the time.
	 *
	 * @param array<string,mixed> $body  All but the items.
	 * @param array<int,array>    $items WooCommerce's.
	 * @return array<string,mixed>
	 */
	private static function with_items( array $body, array $items ) {
		$bytes = 0;
		foreach ( array_slice( $items, 0, self::MAX_ITEMS ) as $item ) {
			$line   = self::item( $item );
			$bytes += strlen( wp_json_encode( $line ) );
			if ( $bytes > self::MAX_BYTES ) {
				break;
			}
			$body['items'][] = $line;
		}
		if ( count( $items ) > count( $body['items'] ) ) {
			$body['items_left_out'] = count( $items ) - count( $body['items'] );
		}
		$what         = array_diff_key( $body, array( 'updated_gmt' => 1, 'hash' => 1 ) );
		$body['hash'] = substr( hash( 'sha256', wp_json_encode( $what ) ), 0, 32 );
		return $body;
	}

	/**
	 * One line of the cart.
	 *
	 * @param array<string,mixed> $item WooCommerce's.
	 * @return array<string,mixed>
	 */
	private static function item( array $item ) {
		$product    = isset( $item['data'] ) ? $item['data'] : null;
		$attributes = array();
		foreach ( array_slice( isset( $item['variation'] ) ? (array) $item['variation'] : array(), 0, self::MAX_ATTRIBUTES ) as $name => $value ) {
			$attributes[ self::text( $name ) ] = self::text( $value );
		}
		return array(
			'key'          => self::text( isset( $item['key'] ) ? $item['key'] : '' ),
			'product_id'   => (int) $item['product_id'],
			'variation_id' => (int) $item['variation_id'],
			'variation'    => $attributes,
			'quantity'     => $item['quantity'] + 0,
			'line_total'   => self::amount( isset( $item['line_total'] ) ? $item['line_total'] : 0 ),
			'name'         => $product ? self::text( $product->get_name() ) : '',
			'sku'          => $product ? self::text( $product->get_sku() ) : '',
		);
	}

	/**
	 * Who the shopper is. A user's address is the account's. A guest's is told only when the merchant has said so:
	 * it was typed, and not yet sent.
	 *
	 * @return array{email:string,phone:string}
	 */
	private static function contact() {
		$nothing  = array(
			'email' => '',
			'phone' => '',
		);
		$customer = WC()->customer;
		if ( ! $customer || ( 0 === get_current_user_id() && ! StoreConnector_Settings::is_on( 'capture' ) ) ) {
			return $nothing;
		}
		$typed = StoreConnector_Contact_Capture::typed();
		$email = $customer->get_billing_email();
		$phone = $customer->get_billing_phone();
		$email = '' !== $typed['email'] ? $typed['email'] : ( '' !== $email ? $email : $customer->get_email() );
		return array(
			'email' => is_email( $email ) ? $email : '',
			'phone' => substr( self::text( '' !== $typed['phone'] ? $typed['phone'] : $phone ), 0, 32 ),
		);
	}

	/**
	 * An amount in the store's decimals, as WooCommerce writes one.
	 *
	 * @param mixed $amount WooCommerce's.
	 * @return string
	 */
	private static function amount( $amount ) {
		return wc_format_decimal( $amount, wc_get_price_decimals() );
	}

	/**
	 * A text of bounded length.
	 *
	 * @param mixed $value What a product or a plugin says.
	 * @return string
	 */
	public static function text( $value ) {
		$text = is_scalar( $value ) ? wp_check_invalid_utf8( (string) $value ) : '';
		return function_exists( 'mb_substr' ) ? mb_substr( $text, 0, self::MAX_TEXT ) : substr( $text, 0, self::MAX_TEXT );
	}
}
