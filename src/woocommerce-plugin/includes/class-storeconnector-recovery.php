<?php
/**
 * The way back to a cart.
 *
 * @package StoreConnector
 */

defined( 'ABSPATH' ) || exit;

/**
 * {store}/?storeconnector_cart={token}&exp={unix}&sig={signature}: puts the cart's items into the visitor's cart and
 * leads to the checkout. It holds no personal data, shows none and never logs anybody in. A link that is too old or not
 * ours leads to the cart page, like a link to the cart page.
 */
final class StoreConnector_Recovery {

	const PARAMETER = 'storeconnector_cart';

	/** Parameters that are taken along: where the visitor came from. */
	const KEPT = array( 'utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term' );

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
	 * Hooks in, where the cart is loaded and no output has begun.
	 */
	public function hook() {
		add_action( 'template_redirect', array( $this, 'serve' ), 5, 0 );
	}

	/**
	 * Answers a recovery link.
	 */
	public function serve() {
		// phpcs:disable WordPress.Security.NonceVerification -- the link is signed; a nonce would be its visitor's, who has none yet.
		if ( ! isset( $_GET[ self::PARAMETER ] ) ) {
			return;
		}
		nocache_headers();
		wp_safe_redirect( $this->target( wp_unslash( $_GET ), time() ), 302, 'StoreConnector' );
		// phpcs:enable
		$this->leave();
	}

	/**
	 * Restores the cart if the link is good; where to go then.
	 *
	 * @param array<string,mixed> $query The link's parameters.
	 * @param int                 $now   Unix seconds.
	 * @return string An address of this site.
	 */
	public function target( array $query, $now ) {
		$token = self::text( $query, self::PARAMETER );
		$good  = StoreConnector_Connection::is_connected() && StoreConnector_Signatures::is_recovery(
			StoreConnector_Connection::secret(),
			$token,
			self::text( $query, 'exp' ),
			self::text( $query, 'sig' ),
			$now
		);
		$cart  = $good ? $this->table->find( $token ) : null;
		$back  = null !== $cart && WC()->cart && $this->restore( $cart, self::text( $query, 'coupon' ) );
		return add_query_arg( $this->kept( $query ), $back ? wc_get_checkout_url() : wc_get_cart_url() );
	}

	/**
	 * Replaces the visitor's cart. What cannot be bought any more is left out; WooCommerce says so on the page.
	 *
	 * @param array<string,mixed> $cart   As it was last told.
	 * @param string              $coupon One more, from the link; unsigned, as anybody may type one.
	 * @return bool Whether anything is in the cart.
	 */
	private function restore( array $cart, $coupon ) {
		if ( empty( $cart['items'] ) ) {
			return false; // Bought or emptied since: the visitor's own cart is left alone.
		}
		if ( WC()->session && ! WC()->session->has_session() ) {
			WC()->session->set_customer_session_cookie( true );
		}
		WC()->cart->empty_cart();
		foreach ( $cart['items'] as $item ) {
			$this->add( $item );
		}
		if ( WC()->cart->is_empty() ) {
			return false;
		}
		$this->take_name( $cart['cart'] );
		foreach ( array_unique( array_filter( array_merge( (array) $cart['coupons'], array( $coupon ) ) ) ) as $code ) {
			$code = wc_format_coupon_code( $code );
			if ( ! WC()->cart->has_discount( $code ) ) {
				WC()->cart->apply_coupon( $code );
			}
		}
		return true;
	}

	/**
	 * The visitor's cart is that one again; the one it was before is empty now.
	 *
	 * @param string $token The restored cart's.
	 */
	private function take_name( $token ) {
		$before = StoreConnector_Cart_Token::current( false );
		StoreConnector_Cart_Token::adopt( $token );
		if ( '' !== $before && StoreConnector_Cart_Token::current( false ) !== $before
			&& $this->table->save( StoreConnector_Cart_Snapshot::emptied( $before ) ) ) {
			do_action( StoreConnector_Cart_Watch::CHANGED, $before );
		}
	}

	/**
	 * Adds one item, if the shop's own rules allow it.
	 *
	 * @param array<string,mixed> $item Of a snapshot.
	 */
	private function add( array $item ) {
		$product   = absint( $item['product_id'] );
		$quantity  = wc_stock_amount( $item['quantity'] );
		$variation = absint( $item['variation_id'] );
		$chosen    = (array) $item['variation'];
		if ( $product > 0 && $quantity > 0
			&& apply_filters( 'woocommerce_add_to_cart_validation', true, $product, $quantity, $variation, $chosen ) ) {
			WC()->cart->add_to_cart( $product, $quantity, $variation, $chosen );
		}
	}

	/**
	 * What the visitor's address keeps.
	 *
	 * @param array<string,mixed> $query The link's parameters.
	 * @return array<string,string>
	 */
	private function kept( array $query ) {
		$kept = array();
		foreach ( self::KEPT as $name ) {
			if ( '' !== self::text( $query, $name ) ) {
				$kept[ $name ] = rawurlencode( self::text( $query, $name ) );
			}
		}
		return $kept;
	}

	/**
	 * One parameter; empty when it is missing, a list, or longer than any of ours.
	 *
	 * @param array<string,mixed> $query The link's parameters.
	 * @param string              $name  The parameter.
	 * @return string
	 */
	private static function text( array $query, $name ) {
		$value = isset( $query[ $name ] ) ? $query[ $name ] : '';
		return is_string( $value ) && strlen( $value ) <= 200 ? sanitize_text_field( $value ) : '';
	}

	/**
	 * The request ends here.
	 */
	private function leave() {
		exit;
	}
}
