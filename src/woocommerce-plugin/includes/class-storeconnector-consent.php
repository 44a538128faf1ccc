<?php
/**
 * The boxes at the checkout.
 *
 * @package StoreConnector
 */

defined( 'ABSPATH' ) || exit;

/**
 * One box for e-mail, one for texts, both empty until the shopper ticks them. With the order are kept the words that
 * were shown, their version and the time: the proof of the permission. The order itself has the IP address.
 */
final class StoreConnector_Consent {

	const CHANNELS = array( 'email', 'sms' );

	/** Characters of a text. The service keeps no more. */
	const MAX_TEXT = 500;

	/**
	 * Hooks in.
	 */
	public function hook() {
		add_filter( 'woocommerce_checkout_fields', array( $this, 'add_classic_boxes' ) );
		add_action( 'woocommerce_checkout_create_order', array( $this, 'keep_classic' ), 10, 2 );
		add_action( 'woocommerce_init', array( $this, 'add_block_boxes' ) );
		add_action( 'woocommerce_set_additional_field_value', array( $this, 'keep_block' ), 10, 4 );
	}

	/**
	 * The order meta of a channel. The service reads these names.
	 *
	 * @param string $channel email or sms.
	 * @return string
	 */
	public static function meta( $channel ) {
		return '_sc_' . $channel . '_consent';
	}

	/**
	 * The words beside a box.
	 *
	 * @param string $channel email or sms.
	 * @return string Plain text.
	 */
	public static function text( $channel ) {
		$shop = wp_specialchars_decode( get_bloginfo( 'name' ), ENT_QUOTES );
		$text = 'sms' === $channel
			/* translators: %s: the shop's name. */
			? sprintf( __( 'Yes, %s may text me reminders and offers at my phone number. I need not agree to buy. Message and data rates may apply. I can reply STOP at any time.', 'storeconnector' ), $shop )
			/* translators: %s: the shop's name. */
			: sprintf( __( 'Yes, %s may e-mail me reminders and offers. I can unsubscribe at any time.', 'storeconnector' ), $shop );

		/**
		 * The words beside a box; kept with the order as they are.
		 *
		 * @param string $text    Plain text.
		 * @param string $channel email or sms.
		 */
		$text = wp_strip_all_tags( (string) apply_filters( 'storeconnector_consent_text', $text, $channel ) );
		return function_exists( 'mb_substr' ) ? mb_substr( $text, 0, self::MAX_TEXT ) : substr( $text, 0, self::MAX_TEXT );
	}

	/**
	 * The version of a text: other words, another version.
	 *
	 * @param string $text The words.
	 * @return string 12 hexadecimal digits.
	 */
	public static function version( $text ) {
		return substr( hash( 'sha256', $text ), 0, 12 );
	}

	/**
	 * Classic checkout: below the e-mail address and the phone number.
	 *
	 * @param array<string,array> $fields WooCommerce's.
	 * @return array<string,array>
	 */
	public function add_classic_boxes( $fields ) {
		foreach ( $this->offered() as $index => $channel ) {
			$fields['billing'][ self::field( $channel ) ] = array(
				'type'     => 'checkbox',
				'label'    => esc_html( self::text( $channel ) ),
				'required' => false,
				'default'  => 0,
				'class'    => array( 'form-row-wide' ),
				'priority' => 120 + $index,
			);
		}
		return $fields;
	}

	/**
	 * Classic checkout: the order is saved right after this.
	 *
	 * @param WC_Order            $order The new order.
	 * @param array<string,mixed> $data  What the checkout read from the form.
	 */
	public function keep_classic( $order, $data ) {
		foreach ( $this->offered() as $channel ) {
			if ( ! empty( $data[ self::field( $channel ) ] ) ) {
				$this->record( $order, $channel );
			}
		}
	}

	/**
	 * Block checkout. At the location "order", not "contact": WooCommerce would keep a contact field with the
	 * customer and show the box ticked the next time.
	 */
	public function add_block_boxes() {
		if ( ! function_exists( 'woocommerce_register_additional_checkout_field' ) ) {
			return;
		}
		foreach ( $this->offered() as $channel ) {
			woocommerce_register_additional_checkout_field(
				array(
					'id'            => self::block_field( $channel ),
					'label'         => self::text( $channel ),
					'optionalLabel' => self::text( $channel ), // Else WooCommerce would add words to those that are kept.
					'location'      => 'order',
					'type'          => 'checkbox',
					'required'      => false,
				)
			);
		}
	}

	/**
	 * Block checkout: a box was ticked or emptied. WooCommerce shows the field to staff too, who edit an order: they may
	 * take a permission away, but none is proven by their tick. The service may have been told of the tick already, so
	 * that what is taken back is said too, not only no longer there.
	 *
	 * @param string $key    The field.
	 * @param mixed  $value  Whether it is ticked.
	 * @param string $group  Where it stands.
	 * @param mixed  $object An order or a customer.
	 */
	public function keep_block( $key, $value, $group, $object ) {
		foreach ( $this->offered() as $channel ) {
			if ( self::block_field( $channel ) !== $key || ! $object instanceof WC_Order ) {
				continue;
			}
			if ( ! wc_string_to_bool( is_bool( $value ) ? $value : (string) $value ) ) {
				$this->withdraw( $object, $channel );
			} elseif ( ! is_admin() ) {
				$this->record( $object, $channel );
			}
		}
	}

	/**
	 * Writes the proof. The same words on the same order keep the time of the first tick.
	 *
	 * @param WC_Order $order   The order.
	 * @param string   $channel email or sms.
	 */
	private function record( $order, $channel ) {
		$text   = self::text( $channel );
		$before = json_decode( (string) $order->get_meta( self::meta( $channel ) ), true );
		if ( is_array( $before ) && isset( $before['v'] ) && self::version( $text ) === $before['v'] && empty( $before['withdrawn'] ) ) {
			return;
		}
		$proof = array(
			'v'    => self::version( $text ),
			'at'   => gmdate( 'Y-m-d\TH:i:s+00:00' ),
			'text' => $text,
		);
		$order->update_meta_data( self::meta( $channel ), wp_json_encode( $proof, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES ) );
	}

	/**
	 * Puts the withdrawal, with its time, in the place of the proof. Where there was none, an empty box says nothing; the
	 * first withdrawal keeps its time.
	 *
	 * @param WC_Order $order   The order.
	 * @param string   $channel email or sms.
	 */
	private function withdraw( $order, $channel ) {
		$before = json_decode( (string) $order->get_meta( self::meta( $channel ) ), true );
		if ( ! is_array( $before ) || ! isset( $before['v'] ) || ! empty( $before['withdrawn'] ) ) {
			return;
		}
		$said = array(
			'v'         => $before['v'],
			'at'        => gmdate( 'Y-m-d\TH:i:s+00:00' ),
			'withdrawn' => true,
		);
		$order->update_meta_data( self::meta( $channel ), wp_json_encode( $said ) );
	}

	/**
	 * The channels whose box is shown.
	 *
	 * @return string[]
	 */
	private function offered() {
		return array_values(
			array_filter(
				self::CHANNELS,
				static function ( $channel ) {
					return StoreConnector_Settings::is_on( $channel . '_box' );
				}
			)
		);
	}

	/**
	 * The classic checkout's field.
	 *
	 * @param string $channel email or sms.
	 * @return string
	 */
	private static function field( $channel ) {
		return 'storeconnector_' . $channel . '_consent';
	}

	/**
	 * The block checkout's field. The service reads its ending.
	 *
	 * @param string $channel email or sms.
	 * @return string
	 */
	private static function block_field( $channel ) {
		return 'storeconnector/' . $channel . '-consent';
	}
}
