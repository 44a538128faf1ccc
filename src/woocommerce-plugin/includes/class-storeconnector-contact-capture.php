<?php
/**
 * The address that a guest types before ordering.
 *
 * @package StoreConnector
 */

defined( 'ABSPATH' ) || exit;

/**
 * Classic checkout only (the block checkout tells WooCommerce itself), and only when the merchant switched it on.
 * Kept in the shopper's session and in the cart's row, nowhere else.
 */
final class StoreConnector_Contact_Capture {

	const SESSION_KEY = 'storeconnector_contact';
	const TIMES_KEY   = 'storeconnector_contact_times';
	const ROUTE       = 'storeconnector/v1';

	/** Calls of one session, and of one IP address, in WINDOW seconds. */
	const MAX_OF_SESSION = 20;
	const MAX_OF_ADDRESS = 100;
	const WINDOW         = 600;

	/**
	 * Hooks in; nothing at all while it is off.
	 */
	public function hook() {
		if ( StoreConnector_Settings::is_on( 'capture' ) ) {
			add_action( 'wp_enqueue_scripts', array( $this, 'enqueue' ) );
			add_action( 'rest_api_init', array( $this, 'add_route' ) );
		}
	}

	/**
	 * What this session typed.
	 *
	 * @return array{email:string,phone:string}
	 */
	public static function typed() {
		$kept = WC()->session ? WC()->session->get( self::SESSION_KEY ) : null;
		return array(
			'email' => is_array( $kept ) && isset( $kept['email'] ) ? (string) $kept['email'] : '',
			'phone' => is_array( $kept ) && isset( $kept['phone'] ) ? (string) $kept['phone'] : '',
		);
	}

	/**
	 * The script, on the classic checkout's form alone.
	 */
	public function enqueue() {
		if ( ! is_checkout() || is_wc_endpoint_url() || has_block( 'woocommerce/checkout' ) ) {
			return;
		}
		wp_enqueue_script( 'storeconnector-capture', plugins_url( 'assets/capture.js', STORECONNECTOR_FILE ), array(), STORECONNECTOR_VERSION, true );
		wp_localize_script(
			'storeconnector-capture',
			'storeconnectorCapture',
			array(
				'url'   => rest_url( self::ROUTE . '/contact' ),
				'nonce' => wp_create_nonce( 'wp_rest' ),
			)
		);
	}

	/**
	 * The route that the script posts to.
	 */
	public function add_route() {
		register_rest_route(
			self::ROUTE,
			'/contact',
			array(
				'methods'             => 'POST',
				'callback'            => array( $this, 'take' ),
				'permission_callback' => array( $this, 'is_allowed' ),
			)
		);
	}

	/**
	 * Only from a page of this site.
	 *
	 * @param WP_REST_Request $request The call.
	 * @return bool
	 */
	public function is_allowed( $request ) {
		return StoreConnector_Settings::is_on( 'capture' )
			&& (bool) wp_verify_nonce( (string) $request->get_header( 'X-WP-Nonce' ), 'wp_rest' );
	}

	/**
	 * Keeps what was typed. Says nothing about it, whatever it was.
	 *
	 * @param WP_REST_Request $request The call.
	 * @return WP_REST_Response
	 */
	public function take( $request ) {
		wc_load_cart();
		$session = WC()->session;
		if ( ! $session || ! $session->has_session() ) {
			return new WP_REST_Response( null, 204 );
		}
		if ( ! $this->may_again( $session, time() ) ) {
			return new WP_REST_Response( null, 429 );
		}

		$email = self::posted( $request, 'email', 254 );
		$phone = self::posted( $request, 'phone', 32 );
		$typed = array(
			'email' => is_email( $email ) ? $email : '',
			'phone' => 1 === preg_match( '/^[0-9+()\-. \/]{5,32}\z/', $phone ) ? $phone : '',
		);
		if ( self::typed() !== $typed ) {
			$session->set( self::SESSION_KEY, $typed );
			do_action( 'storeconnector_contact_typed' );
		}
		return new WP_REST_Response( null, 204 );
	}

	/**
	 * Counts the calls of this session and of this IP address, which is kept as a hash for ten minutes.
	 *
	 * @param WC_Session $session The shopper's.
	 * @param int        $now     Unix seconds.
	 * @return bool
	 */
	private function may_again( $session, $now ) {
		$times = $session->get( self::TIMES_KEY );
		if ( ! is_array( $times ) || ! isset( $times[0], $times[1] ) || $now - $times[0] >= self::WINDOW ) {
			$times = array( $now, 0 );
		}
		$session->set( self::TIMES_KEY, array( $times[0], ++$times[1] ) );

		$name  = 'storeconnector_ip_' . substr( hash_hmac( 'sha256', WC_Geolocation::get_ip_address(), wp_salt( 'nonce' ) ), 0, 24 );
		$count = (int) get_transient( $name );
		set_transient( $name, $count + 1, self::WINDOW );
		return $times[1] <= self::MAX_OF_SESSION && $count < self::MAX_OF_ADDRESS;
	}

	/**
	 * One field as text.
	 *
	 * @param WP_REST_Request $request The call.
	 * @param string          $name    The field.
	 * @param int             $max     Characters.
	 * @return string Empty when it is missing or longer.
	 */
	private static function posted( $request, $name, $max ) {
		$value = $request->get_param( $name );
		$text  = is_string( $value ) ? trim( sanitize_text_field( $value ) ) : '';
		return strlen( $text ) <= $max ? $text : '';
	}
}
