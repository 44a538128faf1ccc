<?php
/**
 * What the service and our page call.
 *
 * @package StoreConnector
 */

defined( 'ABSPATH' ) || exit;

/**
 * The namespace begins with "wc-" so that WooCommerce's own REST keys open it.
 */
final class StoreConnector_Rest {

	const ROUTE = 'wc-storeconnector/v1';

	/**
	 * Hooks in.
	 */
	public function hook() {
		add_action( 'rest_api_init', array( $this, 'add_routes' ) );
	}

	/**
	 * The routes.
	 */
	public function add_routes() {
		$manager = array( $this, 'is_manager' );
		register_rest_route(
			self::ROUTE,
			'/status',
			array(
				'methods'             => 'GET',
				'callback'            => array( $this, 'status' ),
				'permission_callback' => $manager,
			)
		);
		register_rest_route(
			self::ROUTE,
			'/connection',
			array(
				array(
					'methods'             => 'POST',
					'callback'            => array( $this, 'connect' ),
					'permission_callback' => $manager,
					'args'                => self::connection_fields(),
				),
				array(
					'methods'             => 'DELETE',
					'callback'            => array( $this, 'disconnect' ),
					'permission_callback' => $manager,
				),
			)
		);
		register_rest_route(
			self::ROUTE,
			'/hand-over',
			array(
				'methods'             => 'POST',
				'callback'            => array( $this, 'hand_over' ),
				'permission_callback' => array( $this, 'is_manager_in_browser' ),
			)
		);
	}

	/**
	 * A shop's manager, in a browser or by a REST key of theirs.
	 *
	 * @return bool
	 */
	public function is_manager() {
		return current_user_can( 'manage_woocommerce' );
	}

	/**
	 * A shop's manager in wp-admin: a REST key alone may not turn itself into a person.
	 *
	 * @param WP_REST_Request $request The call.
	 * @return bool
	 */
	public function is_manager_in_browser( $request ) {
		return $this->is_manager() && (bool) wp_verify_nonce( (string) $request->get_header( 'X-WP-Nonce' ), 'wp_rest' );
	}

	/**
	 * GET status.
	 *
	 * @return WP_REST_Response
	 */
	public function status() {
		return self::answer( StoreConnector_Status::read() );
	}

	/**
	 * POST connection.
	 *
	 * @param WP_REST_Request $request The call.
	 * @return WP_REST_Response|WP_Error
	 */
	public function connect( $request ) {
		$kept = StoreConnector_Connection::keep(
			(string) $request->get_param( 'store_id' ),
			(string) $request->get_param( 'secret' ),
			(string) $request->get_param( 'origin' ),
			(string) $request->get_param( 'state' )
		);
		return is_wp_error( $kept ) ? $kept : self::answer(
			array(
				'connected' => true,
				'version'   => STORECONNECTOR_VERSION,
			)
		);
	}

	/**
	 * DELETE connection.
	 *
	 * @return WP_REST_Response
	 */
	public function disconnect() {
		StoreConnector_Connection::forget();
		return self::answer( array( 'connected' => false ) );
	}

	/**
	 * POST hand-over: a token of a minute for the page in the frame.
	 *
	 * @return WP_REST_Response|WP_Error
	 */
	public function hand_over() {
		if ( ! StoreConnector_Connection::is_connected() ) {
			return new WP_Error( 'storeconnector_not_connected', __( 'This shop is not connected yet.', 'storeconnector' ), array( 'status' => 409 ) );
		}
		return self::answer(
			array(
				'token' => StoreConnector_Signatures::hand_over(
					StoreConnector_Connection::secret(),
					StoreConnector_Connection::store_id(),
					(string) get_current_user_id(),
					time(),
					bin2hex( random_bytes( 16 ) )
				),
			)
		);
	}

	/**
	 * The fields of a connection, and what they may be.
	 *
	 * @return array<string,array>
	 */
	private static function connection_fields() {
		$field = static function ( $pattern, $required ) {
			return array(
				'type'              => 'string',
				'required'          => $required,
				'validate_callback' => static function ( $value ) use ( $pattern ) {
					return is_string( $value ) && 1 === preg_match( $pattern, $value );
				},
			);
		};
		return array(
			'store_id' => $field( '/^[A-Za-z0-9_-]{1,64}\z/', true ),
			'secret'   => $field( '/^[A-Za-z0-9_-]{32,128}\z/', true ),
			'origin'   => $field( '/^https?:\/\/[^\s]{1,250}\z/', true ),
			'state'    => $field( '/^([0-9a-f]{32})?\z/', false ),
		);
	}

	/**
	 * An answer that nobody keeps.
	 *
	 * @param array<string,mixed> $body What is said.
	 * @return WP_REST_Response
	 */
	private static function answer( array $body ) {
		$response = new WP_REST_Response( $body, 200 );
		$response->header( 'Cache-Control', 'no-store' );
		return $response;
	}
}
