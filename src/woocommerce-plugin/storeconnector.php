<?php
/**
 * Plugin Name:          StoreConnector for WooCommerce
 * Description:          Tells StoreConnector which carts were left, who agreed to hear from you, and shows its page in wp-admin.
 * Version:              0.1.0
 * Author:               StoreConnector
 * License:              GPL-2.0-or-later
 * License URI:          https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:          storeconnector
 * Domain Path:          /languages
 * Requires at least:    6.5
 * Requires PHP:         7.4
 * Requires Plugins:     woocommerce
 * WC requires at least: 8.9
 * WC tested up to:      10.5
 *
 * @package StoreConnector
 */

defined( 'ABSPATH' ) || exit;

define( 'STORECONNECTOR_VERSION', '0.1.0' );
define( 'STORECONNECTOR_FILE', __FILE__ );

/** Where the service lives when neither the constant STORECONNECTOR_SERVICE_URL nor the option says otherwise. */
define( 'STORECONNECTOR_DEFAULT_SERVICE_URL', 'https://connect.example.com' );

require_once __DIR__ . '/includes/load.php';

register_activation_hook( __FILE__, array( 'StoreConnector_Plugin', 'activate' ) );
register_deactivation_hook( __FILE__, array( 'StoreConnector_Plugin', 'deactivate' ) );
add_action( 'before_woocommerce_init', array( 'StoreConnector_Plugin', 'declare_compatibility' ) );
add_action( 'plugins_loaded', array( 'StoreConnector_Plugin', 'start' ) );
