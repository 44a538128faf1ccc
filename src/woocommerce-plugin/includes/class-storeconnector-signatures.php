<?php
/**
 * The two signatures made with the connection's secret.
 *
 * @package StoreConnector
 */

defined( 'ABSPATH' ) || exit;

/**
 * HMAC-SHA256 with the secret's own bytes as the key. The two kinds of text can never be the same: one begins with a
 * word and a new line, the other is base64url alone.
 */
final class StoreConnector_Signatures {

	const RECOVERY = 'storeconnector-recovery';

	/** Seconds a hand-over token lives. */
	const HAND_OVER_SECONDS = 60;

	/**
	 * The signature of a recovery link: over "storeconnector-recovery\n{token}\n{exp}".
	 *
	 * @param string $secret  The connection's.
	 * @param string $token   The cart's.
	 * @param int    $expires Unix seconds; from then on the link is worth nothing.
	 * @return string base64url, 43 characters.
	 */
	public static function of_recovery( $secret, $token, $expires ) {
		return self::sign( $secret, self::RECOVERY . "\n" . $token . "\n" . $expires );
	}

	/**
	 * Whether a recovery link is ours and still good. Compared in constant time, before anything else is looked at.
	 *
	 * @param string $secret    The connection's; an empty one signs nothing.
	 * @param string $token     As it came.
	 * @param string $expires   As it came.
	 * @param string $signature As it came.
	 * @param int    $now       Unix seconds.
	 * @return bool
	 */
	public static function is_recovery( $secret, $token, $expires, $signature, $now ) {
		if ( '' === $secret || 1 !== preg_match( '/^[1-9][0-9]{0,11}\z/', $expires ) ) {
			return false;
		}
		return hash_equals( self::of_recovery( $secret, $token, (int) $expires ), $signature ) && $now < (int) $expires;
	}

	/**
	 * What the page in the frame is handed: base64url(JSON) "." base64url(HMAC over the first part's characters).
	 *
	 * @param string $secret   The connection's.
	 * @param string $store_id The connection's.
	 * @param string $user_id  WordPress's user.
	 * @param int    $now      Unix seconds.
	 * @param string $nonce    Of this token alone.
	 * @return string
	 */
	public static function hand_over( $secret, $store_id, $user_id, $now, $nonce ) {
		$claims = array(
			'storeId' => $store_id,
			'userId'  => $user_id,
			'iat'     => $now,
			'exp'     => $now + self::HAND_OVER_SECONDS,
			'nonce'   => $nonce,
		);
		$first  = self::base64url( wp_json_encode( $claims ) );
		return $first . '.' . self::sign( $secret, $first );
	}

	/**
	 * Bytes as text that needs no escaping in an address; without padding.
	 *
	 * @param string $bytes Any.
	 * @return string
	 */
	public static function base64url( $bytes ) {
		return rtrim( strtr( base64_encode( $bytes ), '+/', '-_' ), '=' ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions -- an encoding, not a disguise.
	}

	/**
	 * Signs.
	 *
	 * @param string $secret The key.
	 * @param string $text   What is signed.
	 * @return string
	 */
	private static function sign( $secret, $text ) {
		return self::base64url( hash_hmac( 'sha256', $text, $secret, true ) );
	}
}
