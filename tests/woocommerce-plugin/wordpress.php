<?php
/** As much of WordPress as the plugin touches: hooks, options, users, a data base that knows the plugin's own questions. */

define( 'ABSPATH', __DIR__ . '/' );
define( 'COOKIEHASH', 'hash' );
define( 'HOUR_IN_SECONDS', 3600 );
define( 'DAY_IN_SECONDS', 86400 );

/** The state of one WordPress; begin() makes a new one. */
final class World {
	public static array $hooks      = array();
	public static array $options    = array();
	public static array $transients = array();
	public static array $user_meta  = array();
	public static array $routes     = array();
	public static array $scheduled  = array();
	public static array $removed    = array();
	public static array $fired      = array();
	public static array $fields     = array();
	public static array $scripts    = array();
	public static int $user         = 0;
	public static bool $can         = false;
	public static bool $admin       = false;
	public static string $env       = 'production';
}

function begin(): void {
	foreach ( array( 'hooks', 'options', 'transients', 'user_meta', 'routes', 'scheduled', 'removed', 'fired', 'fields', 'scripts' ) as $name ) {
		World::$$name = array();
	}
	World::$user     = 0;
	World::$can      = false;
	World::$admin    = false;
	World::$env      = 'production';
	$GLOBALS['wpdb'] = new Tables();
	$_COOKIE         = array( 'wp_woocommerce_session_hash' => 'a' );
	$_SERVER         = array_diff_key( $_SERVER, array( 'HTTP_CART_TOKEN' => 1 ) );
	$_GET            = array();
	Shop::begin();
}

function add_filter( $hook, $call, $priority = 10, $args = 1 ): void {
	World::$hooks[ $hook ][ $priority ][] = array( $call, $args );
}
function add_action( $hook, $call, $priority = 10, $args = 1 ): void {
	add_filter( $hook, $call, $priority, $args );
}
function apply_filters( $hook, $value, ...$more ) {
	$at = World::$hooks[ $hook ] ?? array();
	ksort( $at );
	foreach ( $at as $calls ) {
		foreach ( $calls as list( $call, $args ) ) {
			$value = $call( ...array_slice( array( $value, ...$more ), 0, $args ) );
		}
	}
	return $value;
}
function do_action( $hook, ...$given ): void {
	World::$fired[] = array( $hook, ...$given );
	$at             = World::$hooks[ $hook ] ?? array();
	ksort( $at );
	foreach ( $at as $calls ) {
		foreach ( $calls as list( $call, $args ) ) {
			$call( ...array_slice( $given, 0, $args ) );
		}
	}
}
function fired( string $hook ): array {
	return array_values( array_filter( World::$fired, static fn( $f ) => $f[0] === $hook ) );
}

function get_option( $name, $default = false ) { return World::$options[ $name ] ?? $default; }
function update_option( $name, $value, $autoload = null ): void { World::$options[ $name ] = $value; }
function delete_option( $name ): void { unset( World::$options[ $name ] ); }
function get_site_option( $name, $default = false ) { return $default; }
function get_transient( $name ) { return World::$transients[ $name ] ?? false; }
function set_transient( $name, $value, $seconds = 0 ): void { World::$transients[ $name ] = $value; }
function delete_transient( $name ): void { unset( World::$transients[ $name ] ); }
function get_user_meta( $user, $key, $single ) { return World::$user_meta[ $user ][ $key ] ?? ''; }
function update_user_meta( $user, $key, $value ): void { World::$user_meta[ $user ][ $key ] = $value; }
function delete_user_meta( $user, $key ): void { unset( World::$user_meta[ $user ][ $key ] ); }
function delete_metadata( $type, $id, $key, $value, $all ): void { World::$removed[] = "$type:$key"; }
function get_current_user_id() { return World::$user; }
function current_user_can( $what ) { return World::$can; }
function is_multisite() { return false; }
function is_admin() { return World::$admin; }
function wp_get_environment_type() { return World::$env; }
function wp_create_nonce( $action ) { return "nonce-$action"; }
function wp_verify_nonce( $nonce, $action ) { return "nonce-$action" === $nonce ? 1 : false; }
function wp_salt( $name ) { return 'salt'; }
function wp_next_scheduled( $hook ) { return in_array( $hook, World::$scheduled, true ) ? 1 : false; }
function wp_schedule_event( $at, $each, $hook ): void { World::$scheduled[] = $hook; }
function wp_clear_scheduled_hook( $hook ): void { World::$scheduled = array_values( array_diff( World::$scheduled, array( $hook ) ) ); World::$removed[] = "cron:$hook"; }
function as_unschedule_all_actions( $hook ): void { World::$removed[] = "actions:$hook"; }
function register_activation_hook( $file, $call ): void {}
function register_deactivation_hook( $file, $call ): void {}
function register_rest_route( $space, $route, $what ): void { World::$routes[ "$space$route" ] = $what; }
function load_plugin_textdomain( ...$any ): void {}
function plugin_basename( $file ) { return 'storeconnector/' . basename( $file ); }
function plugins_url( $path, $file ) { return "https://store.example.com/wp-content/plugins/storeconnector/$path"; }
function rest_url( $path ) { return "https://store.example.com/wp-json/$path"; }
function home_url( $path ) { return "https://store.example.com$path"; }
function admin_url( $path ) { return "https://store.example.com/wp-admin/$path"; }
function get_bloginfo( $what ) { return 'name' === $what ? 'Bean &amp; Leaf' : '6.9.1'; }
function determine_locale() { return 'en_US'; }
function wp_parse_url( $url ) { return parse_url( $url ); }
function wp_json_encode( $value, $flags = 0 ) { return json_encode( $value, $flags ); }
function wp_unslash( $value ) { return is_array( $value ) ? array_map( 'wp_unslash', $value ) : stripslashes( (string) $value ); }
function wp_strip_all_tags( $text ) { return trim( strip_tags( $text ) ); }
function wp_specialchars_decode( $text, $flags ) { return htmlspecialchars_decode( $text, $flags ); }
function wp_check_invalid_utf8( $text ) { return 1 === preg_match( '//u', $text ) ? $text : ''; }
function sanitize_text_field( $text ) { return trim( preg_replace( '/[\r\n\t ]+/', ' ', strip_tags( $text ) ) ); }
function is_email( $text ) { return false !== filter_var( $text, FILTER_VALIDATE_EMAIL ) ? $text : false; }
function absint( $value ) { return abs( (int) $value ); }
function add_query_arg( $args, $url ) { return $url . ( $args ? ( strpos( $url, '?' ) ? '&' : '?' ) . urldecode( http_build_query( $args ) ) : '' ); }
function __( $text, $domain ) { return $text; }
function esc_html( $text ) { return htmlspecialchars( $text, ENT_QUOTES ); }
function esc_attr( $text ) { return esc_html( $text ); }
function esc_url( $text ) { return esc_html( $text ); }
function esc_html__( $text, $domain ) { return esc_html( $text ); }
function wp_nonce_field( $action ): void { echo "<input type=\"hidden\" name=\"_wpnonce\" value=\"nonce-$action\">"; }
function wp_enqueue_script( $name, ...$any ): void { World::$scripts[ $name ] = array(); }
function wp_enqueue_style( $name, ...$any ): void {}
function wp_localize_script( $name, $as, $data ): void { World::$scripts[ $name ] = $data; }
function is_wp_error( $thing ) { return $thing instanceof WP_Error; }
function dbDelta( $sql ): void { $GLOBALS['wpdb']->made[] = $sql; }

final class WP_Error {
	public string $code;
	public array $data;
	public function __construct( $code, $message, $data ) { $this->code = $code; $this->data = $data; }
}
final class WP_REST_Response {
	public $data;
	public int $status;
	public array $headers = array();
	public function __construct( $data, $status ) { $this->data = $data; $this->status = $status; }
	public function header( $name, $value ): void { $this->headers[ $name ] = $value; }
}
final class WP_REST_Request {
	private array $fields;
	private array $headers;
	public function __construct( array $fields, array $headers = array() ) { $this->fields = $fields; $this->headers = $headers; }
	public function get_param( $name ) { return $this->fields[ $name ] ?? null; }
	public function get_header( $name ) { return $this->headers[ $name ] ?? null; }
}

/** A data base that holds the carts and writes down what else it was told. */
final class Tables {
	public string $prefix  = 'wp_';
	public string $options = 'wp_options';
	public array $rows     = array();
	public array $queries  = array();
	public array $made     = array();
	public function get_charset_collate() { return ''; }
	public function esc_like( $text ) { return addcslashes( $text, '_%\\' ); }
	public function prepare( $sql, ...$values ) { return array( $sql, $values ); }
	public function get_var( $question ) {
		list( $sql, $values ) = $question;
		if ( 0 === strpos( $sql, 'SHOW TABLES' ) ) {
			return 'there';
		}
		preg_match( '/^SELECT (\w+) FROM wp_storeconnector_carts WHERE token = %s$/', $sql, $found );
		return $this->rows[ $values[0] ][ $found[1] ] ?? null;
	}
	public function get_col( $question ) {
		$rows = array_filter( $this->rows, static fn( $row ) => $row['email'] === $question[1][0] );
		return array_column( $rows, 'body' );
	}
	public function replace( $table, $row, $formats ) {
		same( 'wp_storeconnector_carts', $table );
		same( count( $row ), count( $formats ) );
		$this->rows[ $row['token'] ] = $row;
		return 1;
	}
	public function delete( $table, $where, $formats ) {
		$this->queries[] = "DELETE $table " . json_encode( $where );
		$before          = count( $this->rows );
		if ( isset( $where['email'] ) ) {
			$this->rows = array_filter( $this->rows, static fn( $row ) => $row['email'] !== $where['email'] );
		}
		return $before - count( $this->rows );
	}
	public function query( $question ) { $this->queries[] = is_array( $question ) ? $question[0] . ' ' . json_encode( $question[1], JSON_UNESCAPED_SLASHES ) : $question; }
}
