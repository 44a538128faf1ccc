<?php
/**
 * Carts as they were last told.
 *
 * @package StoreConnector
 */

defined( 'ABSPATH' ) || exit;

/**
 * A table of our own: a transient may vanish before its delivery, and then a cart would be missed. Kept 30 days, the
 * life of a recovery link.
 */
final class StoreConnector_Cart_Table {

	const VERSION        = '1';
	const VERSION_OPTION = 'storeconnector_db_version';
	const KEEP_DAYS      = 30;

	/** Rows deleted at one time. */
	const BATCH = 1000;

	/**
	 * The table's name on this site.
	 *
	 * @return string
	 */
	public static function name() {
		global $wpdb;
		return $wpdb->prefix . 'storeconnector_carts';
	}

	/**
	 * Makes the table where it is missing or old.
	 */
	public function upgrade() {
		global $wpdb;
		if ( self::VERSION === get_option( self::VERSION_OPTION ) ) {
			return;
		}
		require_once ABSPATH . 'wp-admin/includes/upgrade.php';
		dbDelta(
			'CREATE TABLE ' . self::name() . " (
  token varchar(64) NOT NULL,
  user_id bigint(20) unsigned NOT NULL DEFAULT 0,
  email varchar(254) NOT NULL DEFAULT '',
  changed_gmt datetime NOT NULL,
  hash char(32) NOT NULL,
  body longtext NOT NULL,
  PRIMARY KEY  (token),
  KEY changed_gmt (changed_gmt),
  KEY email (email(100))
) " . $wpdb->get_charset_collate() . ';'
		);
		update_option( self::VERSION_OPTION, self::VERSION, true );
	}

	/**
	 * Keeps a cart if it is not as it was.
	 *
	 * @param array<string,mixed> $cart As StoreConnector_Cart_Snapshot makes it.
	 * @return bool Whether something changed.
	 */
	public function save( array $cart ) {
		global $wpdb;
		// phpcs:ignore WordPress.DB.PreparedSQL -- the table's name is ours.
		$before = $wpdb->get_var( $wpdb->prepare( 'SELECT hash FROM ' . self::name() . ' WHERE token = %s', $cart['cart'] ) );
		if ( $before === $cart['hash'] || ( null === $before && ! $cart['items'] ) ) {
			return false;
		}
		return false !== $wpdb->replace(
			self::name(),
			array(
				'token'       => $cart['cart'],
				'user_id'     => $cart['customer_id'],
				'email'       => strtolower( $cart['email'] ),
				'changed_gmt' => str_replace( 'T', ' ', $cart['updated_gmt'] ),
				'hash'        => $cart['hash'],
				'body'        => wp_json_encode( $cart ),
			),
			array( '%s', '%d', '%s', '%s', '%s', '%s' )
		);
	}

	/**
	 * A cart as it was last told; null when it is unknown or long gone.
	 *
	 * @param string $token The cart's.
	 * @return array<string,mixed>|null
	 */
	public function find( $token ) {
		global $wpdb;
		// phpcs:ignore WordPress.DB.PreparedSQL -- the table's name is ours.
		$body = $wpdb->get_var( $wpdb->prepare( 'SELECT body FROM ' . self::name() . ' WHERE token = %s', $token ) );
		$cart = is_string( $body ) ? json_decode( $body, true ) : null;
		return is_array( $cart ) ? $cart : null;
	}

	/**
	 * The carts under an address; at most 100.
	 *
	 * @param string $email The address.
	 * @return array<int,array<string,mixed>>
	 */
	public function of_email( $email ) {
		global $wpdb;
		// phpcs:ignore WordPress.DB.PreparedSQL -- the table's name is ours.
		$bodies = $wpdb->get_col( $wpdb->prepare( 'SELECT body FROM ' . self::name() . ' WHERE email = %s LIMIT 100', strtolower( $email ) ) );
		return array_values( array_filter( array_map( array( __CLASS__, 'decode' ), $bodies ) ) );
	}

	/**
	 * Forgets the carts under an address.
	 *
	 * @param string $email The address.
	 * @return int How many.
	 */
	public function forget_email( $email ) {
		global $wpdb;
		return '' === $email ? 0 : (int) $wpdb->delete( self::name(), array( 'email' => strtolower( $email ) ), array( '%s' ) );
	}

	/**
	 * Forgets what is older than KEEP_DAYS, a bounded number at a time: it runs daily.
	 */
	public function forget_old() {
		global $wpdb;
		$until = gmdate( 'Y-m-d H:i:s', time() - self::KEEP_DAYS * DAY_IN_SECONDS );
		// phpcs:ignore WordPress.DB.PreparedSQL -- the table's name is ours.
		$wpdb->query( $wpdb->prepare( 'DELETE FROM ' . self::name() . ' WHERE changed_gmt < %s LIMIT %d', $until, self::BATCH ) );
	}

	/**
	 * A row's body.
	 *
	 * @param string $body JSON.
	 * @return array<string,mixed>|null
	 */
	private static function decode( $body ) {
		$cart = json_decode( $body, true );
		return is_array( $cart ) ? $cart : null;
	}
}
