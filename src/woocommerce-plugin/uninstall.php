<?php
/**
 * WordPress runs this when the plugin is deleted.
 *
 * @package StoreConnector
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

defined( 'STORECONNECTOR_DEFAULT_SERVICE_URL' ) || define( 'STORECONNECTOR_DEFAULT_SERVICE_URL', 'https://connect.example.com' );
require_once __DIR__ . '/includes/load.php';

if ( is_multisite() ) {
	foreach ( get_sites( array( 'fields' => 'ids', 'number' => 0 ) ) as $storeconnector_site ) {
		switch_to_blog( $storeconnector_site );
		StoreConnector_Uninstaller::run();
		restore_current_blog();
	}
} else {
	StoreConnector_Uninstaller::run();
}
