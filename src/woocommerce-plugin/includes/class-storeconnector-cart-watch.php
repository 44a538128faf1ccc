<?php
/**
 * Notices that a cart changed.
 *
 * @package StoreConnector
 */

defined( 'ABSPATH' ) || exit;

/**
 * Marks during the request and looks once at its end: five changes in one request are one. Never by
 * woocommerce_cart_updated, which runs on every page with a cart.
 */
final class StoreConnector_Cart_Watch {

	/** The event that the topic cart.updated is delivered for; its argument is the cart's token alone. */
	const CHANGED = 'storeconnector_cart_changed';

	/** On an order: the cart it was made from. The service reads this name. */
	const ORDER_META = '_sc_cart';

	const WAITS = 'storeconnector_waits';

	/** Before the webhook queue (10) and the session's save (20). */
	const PRIORITY = 5;

	/** After each of these a cart or its shopper may be another. */
	const HOOKS = array(
		'woocommerce_add_to_cart',
		'woocommerce_after_cart_item_quantity_update',
		'woocommerce_cart_item_removed',
		'woocommerce_cart_item_restored',
		'woocommerce_cart_emptied',
		'woocommerce_applied_coupon',
		'woocommerce_removed_coupon',
		'woocommerce_checkout_update_order_review',
		'woocommerce_store_api_cart_update_customer_from_request',
		'storeconnector_contact_typed',
	);

	/**
	 * Where carts are kept.
	 *
	 * @var StoreConnector_Cart_Table
	 */
	private $table;

	/**
	 * Whether something may have changed.
	 *
	 * @var bool
	 */
	private $marked = false;

	/**
	 * Makes one.
	 *
	 * @param StoreConnector_Cart_Table $table Where carts are kept.
	 */
	public function __construct( StoreConnector_Cart_Table $table ) {
		$this->table = $table;
	}

	/**
	 * Hooks in.
	 */
	public function hook() {
		foreach ( self::HOOKS as $hook ) {
			add_action( $hook, array( $this, 'mark' ), 10, 0 );
		}
		add_action( 'woocommerce_cart_loaded_from_session', array( $this, 'mark_waiting' ), 10, 0 );
		add_action( 'shutdown', array( $this, 'look' ), self::PRIORITY, 0 );
		add_action( 'woocommerce_checkout_create_order', array( $this, 'stamp' ) );
		add_action( 'woocommerce_store_api_checkout_update_order_meta', array( $this, 'stamp_and_save' ) );
	}

	/**
	 * Something may have changed.
	 */
	public function mark() {
		$this->marked = true;
	}

	/**
	 * A shopper came back with the session that the first item began: now the cart is looked at.
	 */
	public function mark_waiting() {
		if ( WC()->session && WC()->session->get( self::WAITS ) ) {
			$this->marked = true;
		}
	}

	/**
	 * At the end of the request: tells of the cart if it is another.
	 */
	public function look() {
		if ( ! $this->marked || ! WC()->cart || ! WC()->session ) {
			return;
		}
		$this->marked = false;
		if ( ! $this->came_back() ) {
			WC()->session->set( self::WAITS, 1 );
			return;
		}
		if ( WC()->session->get( self::WAITS ) ) {
			WC()->session->set( self::WAITS, null );
		}

		$replaced = StoreConnector_Cart_Token::replaced();
		if ( '' !== $replaced ) {
			$this->tell( StoreConnector_Cart_Snapshot::emptied( $replaced ) );
		}

		$is_empty = WC()->cart->is_empty();
		$token    = StoreConnector_Cart_Token::current( ! $is_empty );
		if ( '' === $token ) {
			return;
		}
		$this->tell( StoreConnector_Cart_Snapshot::of( $token ) );
		if ( $is_empty ) {
			StoreConnector_Cart_Token::forget();
		}
	}

	/**
	 * Classic checkout: the order is saved right after this.
	 *
	 * @param WC_Order $order The new order.
	 */
	public function stamp( $order ) {
		$token = WC()->session ? StoreConnector_Cart_Token::current( WC()->cart && ! WC()->cart->is_empty() ) : '';
		if ( '' !== $token ) {
			$order->update_meta_data( self::ORDER_META, $token );
		}
	}

	/**
	 * Block checkout and Store API: the order or its draft.
	 *
	 * @param WC_Order $order The order.
	 */
	public function stamp_and_save( $order ) {
		$before = $order->get_meta( self::ORDER_META );
		$this->stamp( $order );
		if ( $order->get_id() > 0 && $order->get_meta( self::ORDER_META ) !== $before ) {
			$order->save_meta_data();
		}
	}

	/**
	 * Keeps it and fires the event, if it is not as it was.
	 *
	 * @param array<string,mixed> $cart A snapshot.
	 */
	private function tell( array $cart ) {
		if ( $this->table->save( $cart ) ) {
			do_action( self::CHANGED, $cart['cart'] );
		}
	}

	/**
	 * Whether the shopper brought a session along. A robot that follows an add-to-cart link never does, and its cart
	 * is told to nobody; a person's is told with the next page.
	 *
	 * @return bool
	 */
	private function came_back() {
		if ( get_current_user_id() > 0 || ! empty( $_SERVER['HTTP_CART_TOKEN'] ) ) {
			return true;
		}
		$cookie = apply_filters( 'woocommerce_cookie', 'wp_woocommerce_session_' . COOKIEHASH );
		return ! empty( $_COOKIE[ $cookie ] );
	}
}
