<?php
/**
 * The plugin's classes, one a file. They only define; StoreConnector_Plugin::start() hooks them in.
 *
 * @package StoreConnector
 */

defined( 'ABSPATH' ) || exit;

foreach ( array(
	'settings',
	'connection',
	'signatures',
	'cart-table',
	'cart-token',
	'cart-snapshot',
	'cart-watch',
	'cart-topic',
	'consent',
	'contact-capture',
	'recovery',
	'cart-mail-senders',
	'status',
	'rest',
	'admin-page',
	'privacy',
	'uninstaller',
	'plugin',
) as $storeconnector_name ) {
	require_once __DIR__ . '/class-storeconnector-' . $storeconnector_name . '.php';
}
unset( $storeconnector_name );
