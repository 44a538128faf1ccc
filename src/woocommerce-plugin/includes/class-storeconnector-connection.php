<?php
/**
 * The store's connection to the service.
 *
 * @package StoreConnector
 */

defined( 'ABSPATH' ) || exit;

/**
 * Which store of the service this site is, and the secret that both share. The secret lies in the options as
 * WooCommerce's own webhook secrets lie in theirs; it is never shown, logged or sent.
 */
final class StoreConnector_Connection {

	const OPTION         = 'storeconnector_connection';
	const SERVICE_OPTION = 'storeconnector_service_url';
	const STATE          = 'storeconnector_connect_state';

	/** Seconds between the press of Connect and the service's call. */
	const STATE_SECONDS = 900;

	/**
	 * The service's address without its last slash: a constant, else an option, else the default.
	 *
	 * @return string
	 */
	public static function service_url() {
		$url = defined( 'STORECONNECTOR_SERVICE_URL' ) ? STORECONNECTOR_SERVICE_URL : get_option( self::SERVICE_OPTION, '' );
		$url = is_string( $url ) && '' !== self::origin_of( $url ) ? $url : STORECONNECTOR_DEFAULT_SERVICE_URL;
		return rtrim( $url, '/' );
	}

	/**
	 * The service's origin, the only one that is ever spoken to.
	 *
	 * @return string
	 */
	public static function origin() {
		return self::origin_of( self::service_url() );
	}

	/**
	 * Scheme, host and port of an address; empty for one that is not https. http is for a developer's own machine.
	 *
	 * @param string $url An address.
	 * @return string
	 */
	public static function origin_of( $url ) {
		$parts  = wp_parse_url( $url );
		$scheme = is_array( $parts ) && isset( $parts['scheme'] ) ? strtolower( $parts['scheme'] ) : '';
		if ( empty( $parts['host'] ) || isset( $parts['user'] ) || isset( $parts['pass'] ) ) {
			return '';
		}
		if ( 'https' !== $scheme && ! ( 'http' === $scheme && 'local' === wp_get_environment_type() ) ) {
			return '';
		}
		$default = 'https' === $scheme ? 443 : 80;
		$port    = isset( $parts['port'] ) && $default !== $parts['port'] ? ':' . $parts['port'] : '';
		return $scheme . '://' . strtolower( $parts['host'] ) . $port;
	}

	/**
	 * The store id, or empty when this site is not connected.
	 *
	 * @return string
	 */
	public static function store_id() {
		return self::part( 'store_id' );
	}

	/**
	 * The shared secret, or empty when this site is not connected.
	 *
	 * @return string
	 */
	public static function secret() {
		return self::part( 'secret' );
	}

	/**
	 * Whether this site is connected to the service that it is set to: one made with another service counts no more.
	 *
	 * @return bool
	 */
	public static function is_connected() {
		return '' !== self::store_id() && self::part( 'origin' ) === self::origin();
	}

	/**
	 * Begins a connection: a state that only the merchant's browser and the service learn.
	 *
	 * @return string 32 hexadecimal digits.
	 */
	public static function begin() {
		$state = bin2hex( random_bytes( 16 ) );
		set_transient( self::STATE, hash( 'sha256', $state ), self::STATE_SECONDS );
		return $state;
	}

	/**
	 * Keeps a connection. A state that was sent must be the one that Connect made; it is used once. None is needed
	 * where nothing is connected yet, or for the same store, whose secret is renewed: the key has proven the caller.
	 * Only a merchant's own press of Connect may give the site to another store.
	 *
	 * @param string $store_id The store, as the service calls it.
	 * @param string $secret   The shared secret.
	 * @param string $origin   The service's origin.
	 * @param string $state    What Connect made, or empty.
	 * @return true|WP_Error
	 */
	public static function keep( $store_id, $secret, $origin, $state ) {
		if ( self::origin_of( $origin ) !== self::origin() ) {
			return new WP_Error( 'storeconnector_other_service', 'This site is set to another service.', array( 'status' => 403 ) );
		}

		if ( '' !== $state ) {
			$expected = get_transient( self::STATE );
			if ( ! is_string( $expected ) || ! hash_equals( $expected, hash( 'sha256', $state ) ) ) {
				return new WP_Error( 'storeconnector_state', 'This state is unknown or too old: press Connect again.', array( 'status' => 403 ) );
			}
			delete_transient( self::STATE );
		} elseif ( self::is_connected() && self::store_id() !== $store_id ) {
			return new WP_Error( 'storeconnector_other_store', 'This site is connected to another store: press Connect to change it.', array( 'status' => 409 ) );
		}

		update_option(
			self::OPTION,
			array(
				'store_id'      => $store_id,
				'secret'        => $secret,
				'origin'        => self::origin(),
				'connected_gmt' => gmdate( 'Y-m-d\TH:i:s' ),
			),
			false
		);
		return true;
	}

	/**
	 * Forgets the connection: links and tokens made with its secret are worth nothing from now on.
	 */
	public static function forget() {
		delete_option( self::OPTION );
		delete_transient( self::STATE );
	}

	/**
	 * One part of what is kept.
	 *
	 * @param string $name Its name.
	 * @return string
	 */
	private static function part( $name ) {
		$kept = get_option( self::OPTION, array() );
		return is_array( $kept ) && isset( $kept[ $name ] ) && is_string( $kept[ $name ] ) ? $kept[ $name ] : '';
	}
}
