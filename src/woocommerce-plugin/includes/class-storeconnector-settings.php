<?php
/**
 * What the merchant chooses on our page in wp-admin.
 *
 * @package StoreConnector
 */

defined( 'ABSPATH' ) || exit;

/**
 * Four switches in one option.
 */
final class StoreConnector_Settings {

	const OPTION = 'storeconnector_settings';

	/** Each switch, and whether it is on when the merchant has said nothing. */
	const DEFAULTS = array(
		'email_box'         => true,
		'sms_box'           => true,
		'capture'           => false,
		'remove_everything' => false,
	);

	/**
	 * Whether a switch is on.
	 *
	 * @param string $name One of DEFAULTS.
	 * @return bool
	 */
	public static function is_on( $name ) {
		$all = self::all();
		return $all[ $name ];
	}

	/**
	 * All switches.
	 *
	 * @return array<string,bool>
	 */
	public static function all() {
		$saved = get_option( self::OPTION, array() );
		$all   = self::DEFAULTS;
		foreach ( $all as $name => $default ) {
			$all[ $name ] = is_array( $saved ) && isset( $saved[ $name ] ) ? (bool) $saved[ $name ] : $default;
		}
		return $all;
	}

	/**
	 * Keeps what a form sent: what is not ticked is off.
	 *
	 * @param array<string,mixed> $posted The form's fields.
	 */
	public static function save( array $posted ) {
		$all = array();
		foreach ( array_keys( self::DEFAULTS ) as $name ) {
			$all[ $name ] = ! empty( $posted[ $name ] );
		}
		update_option( self::OPTION, $all, true );
	}
}
