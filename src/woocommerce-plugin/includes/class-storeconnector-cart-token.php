<?php
/**
 * The name of a cart.
 *
 * @package StoreConnector
 */

defined( 'ABSPATH' ) || exit;

/**
 * 32 hexadecimal digits of chance that name one cart from its first item until it is empty. A guest's lies in the
 * WooCommerce session; a user's also with the user, as the cart itself does, so that it is one on all devices.
 */
final class StoreConnector_Cart_Token {

	const SESSION_KEY = 'storeconnector_cart';
	const USER_META   = '_storeconnector_cart';
	const PATTERN     = '/^[0-9a-f]{32}\z/';

	/**
	 * The present cart's name.
	 *
	 * @param bool $make Whether to make one where there is none.
	 * @return string Empty when there is none.
	 */
	public static function current( $make ) {
		$session = self::in_session();
		$user_id = get_current_user_id();
		$own     = $user_id > 0 ? self::checked( get_user_meta( $user_id, self::USER_META, true ) ) : '';
		$token   = '' !== $own ? $own : $session;
		if ( '' === $token && $make ) {
			$token = bin2hex( random_bytes( 16 ) );
		}
		if ( '' === $token ) {
			return '';
		}
		self::keep( $token, $user_id, $session, $own );
		return $token;
	}

	/**
	 * The name that the session's cart had before its shopper logged in, where the user's own replaced it.
	 *
	 * @return string Empty when nothing was replaced.
	 */
	public static function replaced() {
		$session = self::in_session();
		$user_id = get_current_user_id();
		$own     = $user_id > 0 ? self::checked( get_user_meta( $user_id, self::USER_META, true ) ) : '';
		return '' !== $own && '' !== $session && $own !== $session ? $session : '';
	}

	/**
	 * Gives the session the name of the cart that a recovery link brought back, so that the order names it. A user who
	 * has a cart's name keeps that.
	 *
	 * @param string $token The cart's.
	 */
	public static function adopt( $token ) {
		if ( WC()->session ) {
			WC()->session->set( self::SESSION_KEY, $token );
		}
	}

	/**
	 * Forgets the name of a cart that is empty: the next one is another cart.
	 */
	public static function forget() {
		if ( WC()->session ) {
			WC()->session->set( self::SESSION_KEY, null );
		}
		$user_id = get_current_user_id();
		if ( $user_id > 0 ) {
			delete_user_meta( $user_id, self::USER_META );
		}
	}

	/**
	 * The session's token.
	 *
	 * @return string
	 */
	private static function in_session() {
		return WC()->session ? self::checked( WC()->session->get( self::SESSION_KEY ) ) : '';
	}

	/**
	 * Writes it where it is missing.
	 *
	 * @param string $token   The cart's.
	 * @param int    $user_id 0 for a guest.
	 * @param string $session What the session had.
	 * @param string $own     What the user had.
	 */
	private static function keep( $token, $user_id, $session, $own ) {
		if ( $token !== $session && WC()->session ) {
			WC()->session->set( self::SESSION_KEY, $token );
		}
		if ( $user_id > 0 && $token !== $own ) {
			update_user_meta( $user_id, self::USER_META, $token );
		}
	}

	/**
	 * A token, or nothing.
	 *
	 * @param mixed $value What was kept.
	 * @return string
	 */
	private static function checked( $value ) {
		return is_string( $value ) && 1 === preg_match( self::PATTERN, $value ) ? $value : '';
	}
}
