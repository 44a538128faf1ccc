<?php
/**
 * The topic cart.updated.
 *
 * @package StoreConnector
 */

defined( 'ABSPATH' ) || exit;

/**
 * Inside WooCommerce's own webhook system: signature, queue and log come with it, and pending deliveries of one cart
 * are one. Its rule of seven failures comes too.
 */
final class StoreConnector_Cart_Topic {

	const TOPIC    = 'cart.updated';
	const RESOURCE = 'cart';

	/**
	 * Where carts are kept.
	 *
	 * @var StoreConnector_Cart_Table
	 */
	private $table;

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
		add_filter( 'woocommerce_webhook_topics', array( $this, 'name_topic' ) );
		add_filter( 'woocommerce_webhook_topic_hooks', array( $this, 'add_hooks' ) );
		add_filter( 'woocommerce_valid_webhook_resources', array( $this, 'add_resource' ) );
		add_filter( 'woocommerce_valid_webhook_events', array( $this, 'add_event' ) );
		add_filter( 'woocommerce_webhook_payload', array( $this, 'payload' ), 10, 3 );
	}

	/**
	 * For the list in WooCommerce's settings.
	 *
	 * @param array<string,string> $topics Topic and name.
	 * @return array<string,string>
	 */
	public function name_topic( $topics ) {
		$topics[ self::TOPIC ] = __( 'Cart updated (StoreConnector)', 'storeconnector' );
		return $topics;
	}

	/**
	 * What the topic is delivered for.
	 *
	 * @param array<string,string[]> $hooks Topic and hooks.
	 * @return array<string,string[]>
	 */
	public function add_hooks( $hooks ) {
		$hooks[ self::TOPIC ] = array( StoreConnector_Cart_Watch::CHANGED );
		return $hooks;
	}

	/**
	 * A cart is a resource.
	 *
	 * @param string[] $resources Their names.
	 * @return string[]
	 */
	public function add_resource( $resources ) {
		return array_values( array_unique( array_merge( $resources, array( self::RESOURCE ) ) ) );
	}

	/**
	 * An update is an event; WooCommerce knows it, another plugin may have taken it away.
	 *
	 * @param string[] $events Their names.
	 * @return string[]
	 */
	public function add_event( $events ) {
		return array_values( array_unique( array_merge( $events, array( 'updated' ) ) ) );
	}

	/**
	 * The body, built when it is delivered: the cart as it was last told. One that is gone is an error like
	 * WooCommerce's own, never an empty cart, which would be news.
	 *
	 * @param array<string,mixed> $payload  WooCommerce's.
	 * @param string              $resource What it is about.
	 * @param mixed               $token    The hook's argument.
	 * @return array<string,mixed>
	 */
	public function payload( $payload, $resource, $token ) {
		if ( self::RESOURCE !== $resource ) {
			return $payload;
		}
		$cart = is_string( $token ) ? $this->table->find( $token ) : null;
		return null !== $cart ? $cart : array(
			'code'    => 'storeconnector_cart_gone',
			'message' => 'This cart is not known any more.',
			'data'    => array( 'status' => 404 ),
		);
	}
}
