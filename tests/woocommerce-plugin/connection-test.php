<?php
/** Signatures, the connection, the way back, the status, the page. */

const SECRET = 'fixture-companion-secret-0123456789abcdef';
const STORE  = 'st_0123456789';

function connected( array $settings = array() ): void {
	World::$options['storeconnector_connection'] = array( 'store_id' => STORE, 'secret' => SECRET, 'origin' => 'https://connect.example.com' );
	World::$options['storeconnector_settings']   = $settings;
	start();
	do_action( 'rest_api_init' );
}
function rest( string $route, string $method, array $fields = array(), array $headers = array() ) {
	$routes = World::$routes[ "wc-storeconnector/v1/$route" ];
	foreach ( isset( $routes['methods'] ) ? array( $routes ) : $routes as $one ) {
		if ( $one['methods'] !== $method ) {
			continue;
		}
		foreach ( $one['args'] ?? array() as $name => $arg ) {
			if ( isset( $fields[ $name ] ) ? ! $arg['validate_callback']( $fields[ $name ] ) : $arg['required'] ) {
				return 400;
			}
		}
		$request = new WP_REST_Request( $fields, $headers );
		return $one['permission_callback']( $request ) ? $one['callback']( $request ) : 403;
	}
	return 404;
}
function link_to( string $token, int $expires, string $secret = SECRET ): array {
	return array( 'storeconnector_cart' => $token, 'exp' => (string) $expires, 'sig' => StoreConnector_Signatures::of_recovery( $secret, $token, $expires ) );
}
function way_back( array $query, ?int $now = null ): string {
	return ( new StoreConnector_Recovery( new StoreConnector_Cart_Table() ) )->target( $query, $now ?? time() );
}
/** A cart of two coffees that was told and left; the visitor comes back elsewhere, with nothing. */
function left_cart(): string {
	two_coffees();
	WC()->cart->coupons = array( 'welcome10' );
	end_request();
	$token = told()[0];
	Shop::begin();
	return $token;
}

function test_the_vectors(): void {
	$token  = str_repeat( 'ab', 16 );
	$signed = StoreConnector_Signatures::hand_over( SECRET, STORE, '7', 1795348800, str_repeat( 'cd', 16 ) );
	fixture( 'vectors', array(
		'secret'    => SECRET,
		'recovery'  => array(
			'token'  => $token,
			'exp'    => 1795953600,
			'signed' => "storeconnector-recovery\n$token\n1795953600",
			'sig'    => StoreConnector_Signatures::of_recovery( SECRET, $token, 1795953600 ),
			'query'  => http_build_query( link_to( $token, 1795953600 ) ),
		),
		'hand_over' => array(
			'claims' => '{"storeId":"' . STORE . '","userId":"7","iat":1795348800,"exp":1795348860,"nonce":"' . str_repeat( 'cd', 16 ) . '"}',
			'signed' => explode( '.', $signed )[0],
			'token'  => $signed,
		),
	) );
	same( rtrim( strtr( base64_encode( hash_hmac( 'sha256', explode( '.', $signed )[0], SECRET, true ) ), '+/', '-_' ), '=' ), explode( '.', $signed )[1] );
	same( '{"storeId":"' . STORE . '","userId":"7","iat":1795348800,"exp":1795348860,"nonce":"' . str_repeat( 'cd', 16 ) . '"}', base64_decode( strtr( explode( '.', $signed )[0], '-_', '+/' ) ) );
}

function test_a_good_link_brings_the_cart_back_and_leads_to_the_checkout(): void {
	connected();
	$token = left_cart();
	same( 'https://store.example.com/checkout/?utm_source=sms', way_back( link_to( $token, time() + 60 ) + array( 'utm_source' => 'sms', 'evil' => '1' ) ) );
	same( array( array( 12, 2 ), array( 14, 1 ) ), array_map( static fn( $i ) => array( $i['product_id'], $i['quantity'] ), array_values( WC()->cart->items ) ) );
	same( 15, array_values( WC()->cart->items )[1]['variation_id'] );
	same( 'Whole bean', array_values( WC()->cart->items )[1]['variation']['attribute_grind'] );
	same( array( 'welcome10' ), WC()->cart->coupons );
	same( $token, WC()->session->get( 'storeconnector_cart' ) );
	same( 0, get_current_user_id(), 'nobody is logged in by a link' );
}

function test_a_user_who_follows_a_link_keeps_the_users_own_name(): void {
	connected();
	$token       = left_cart();
	World::$user = 9;
	World::$user_meta[9]['_storeconnector_cart'] = str_repeat( 'cd', 16 );
	way_back( link_to( $token, time() + 60 ) );
	same( 2, count( WC()->cart->items ) );
	same( str_repeat( 'cd', 16 ), WC()->session->get( 'storeconnector_cart' ) );
	unset( World::$user_meta[9] );
	WC()->session = new Session();
	way_back( link_to( $token, time() + 60 ) );
	same( $token, StoreConnector_Cart_Token::current( false ), 'who had none takes the one of the link' );
}

function test_a_links_coupon_is_applied_too(): void {
	connected();
	way_back( link_to( left_cart(), time() + 60 ) + array( 'coupon' => 'BACK15' ) );
	same( array( 'welcome10', 'back15' ), WC()->cart->coupons );
}

function test_no_other_link_touches_the_cart(): void {
	connected();
	$token = left_cart();
	$good  = link_to( $token, time() + 60 );
	WC()->cart->put( 12, 9, '1', 'Mine', 'M' );
	foreach ( array(
		'too old'           => link_to( $token, time() ),
		'another secret'    => link_to( $token, time() + 60, str_repeat( 'x', 40 ) ),
		'longer life'       => array_merge( $good, array( 'exp' => (string) ( time() + 9999 ) ) ),
		'another cart'      => array_merge( $good, array( 'storeconnector_cart' => str_repeat( 'ef', 16 ) ) ),
		'unknown cart'      => link_to( str_repeat( 'ef', 16 ), time() + 60 ),
		'no signature'      => array_diff_key( $good, array( 'sig' => 1 ) ),
		'no expiry'         => array_diff_key( $good, array( 'exp' => 1 ) ),
		'a sign'            => array_merge( $good, array( 'exp' => '+' . $good['exp'] ) ),
		'a list'            => array_merge( $good, array( 'sig' => array( $good['sig'] ) ) ),
		'signature cut'     => array_merge( $good, array( 'sig' => substr( $good['sig'], 0, -1 ) ) ),
		'signature doubled' => array_merge( $good, array( 'sig' => str_repeat( $good['sig'], 9 ) ) ),
	) as $why => $query ) {
		same( 'https://store.example.com/cart/', way_back( $query ), $why );
		same( 9, array_values( WC()->cart->items )[0]['quantity'], $why );
	}
	World::$options['storeconnector_connection']['secret'] = '';
	same( 'https://store.example.com/cart/', way_back( link_to( $token, time() + 60, '' ) ), 'no secret signs nothing' );
}

function test_what_was_bought_since_does_not_come_back(): void {
	connected();
	two_coffees();
	end_request();
	$token = told()[0];
	WC()->cart->empty_cart();
	end_request( 'woocommerce_cart_emptied' );
	WC()->cart->put( 12, 9, '1', 'Mine', 'M' );
	same( 'https://store.example.com/cart/', way_back( link_to( $token, time() + 60 ) ) );
	same( 9, array_values( WC()->cart->items )[0]['quantity'] );
}

function test_what_is_not_sold_any_more_is_left_out(): void {
	connected();
	WC()->cart->put( 99, 1, '5', 'Gone', 'G' );
	end_request();
	same( 'https://store.example.com/cart/', way_back( link_to( told()[0], time() + 60 ) ) );
}

function test_the_cart_that_was_replaced_is_told_empty(): void {
	connected();
	$token = left_cart();
	WC()->cart->put( 12, 1, '10', 'Other', 'O' );
	end_request();
	$other = told()[1];
	way_back( link_to( $token, time() + 60 ) );
	same( array(), apply_filters( 'woocommerce_webhook_payload', array(), 'cart', $other, 1 )['items'] );
	do_action( 'shutdown' );
	same( $token, WC()->session->get( 'storeconnector_cart' ) );
}

function test_signatures_are_compared_in_constant_time(): void {
	foreach ( glob( PLUGIN . '/includes/*.php' ) as $file ) {
		same( 0, preg_match( '/(===?|!==?|strcmp\()\s*\$?(sig|signature|expected|secret|state)\b(?! \))/', str_replace( "'' !== \$state", '', str_replace( "'' === \$secret", '', (string) file_get_contents( $file ) ) ) ), basename( $file ) );
	}
	yes( false !== strpos( file_get_contents( PLUGIN . '/includes/class-storeconnector-signatures.php' ), 'hash_equals(' ) );
}

function test_the_service_connects_with_its_key_and_the_merchants_state(): void {
	start();
	do_action( 'rest_api_init' );
	$state  = StoreConnector_Connection::begin();
	$fields = array( 'store_id' => STORE, 'secret' => SECRET, 'origin' => 'https://connect.example.com', 'state' => $state );
	same( 403, rest( 'connection', 'POST', $fields ), 'without rights' );
	World::$can = true;
	same( 'storeconnector_state', rest( 'connection', 'POST', array_merge( $fields, array( 'state' => str_repeat( '0', 32 ) ) ) )->code );
	same( 'storeconnector_other_service', rest( 'connection', 'POST', array_merge( $fields, array( 'origin' => 'https://evil.example' ) ) )->code );
	no( StoreConnector_Connection::is_connected() );
	same( 200, rest( 'connection', 'POST', $fields )->status );
	yes( StoreConnector_Connection::is_connected() );
	same( 'storeconnector_state', rest( 'connection', 'POST', $fields )->code, 'a state is used once' );
}

function test_a_connection_is_given_to_another_store_by_the_merchant_alone(): void {
	World::$can = true;
	connected();
	$fields = array( 'store_id' => STORE, 'secret' => str_repeat( 'n', 40 ), 'origin' => 'https://connect.example.com' );
	same( 200, rest( 'connection', 'POST', $fields )->status, 'the same store renews its secret' );
	same( str_repeat( 'n', 40 ), StoreConnector_Connection::secret() );
	$fields['store_id'] = 'st_other';
	same( 'storeconnector_other_store', rest( 'connection', 'POST', $fields )->code );
	$fields['state'] = StoreConnector_Connection::begin();
	same( 200, rest( 'connection', 'POST', $fields )->status );
	same( 200, rest( 'connection', 'DELETE' )->status );
	no( StoreConnector_Connection::is_connected() );
}

function test_fields_that_no_service_sends_are_refused(): void {
	World::$can = true;
	connected();
	$fields = array( 'store_id' => STORE, 'secret' => SECRET, 'origin' => 'https://connect.example.com' );
	foreach ( array( 'store_id' => "a b", 'secret' => 'short', 'origin' => 'javascript:1', 'state' => 'zz' ) as $name => $value ) {
		same( 400, rest( 'connection', 'POST', array_merge( $fields, array( $name => $value ) ) ), $name );
	}
	same( 400, rest( 'connection', 'POST', array_diff_key( $fields, array( 'secret' => 1 ) ) ) );
}

function test_only_https_is_a_service_but_on_a_developers_machine(): void {
	same( 'https://a.example', StoreConnector_Connection::origin_of( 'https://A.example:443/x' ) );
	same( 'https://a.example:8443', StoreConnector_Connection::origin_of( 'https://a.example:8443' ) );
	same( '', StoreConnector_Connection::origin_of( 'https://me:you@a.example' ) );
	same( '', StoreConnector_Connection::origin_of( 'http://127.0.0.1:5188' ) );
	World::$env = 'local';
	same( 'http://127.0.0.1:5188', StoreConnector_Connection::origin_of( 'http://127.0.0.1:5188' ) );
}

function test_a_token_is_handed_to_a_manager_in_a_browser_alone(): void {
	connected();
	$browser = array( 'X-WP-Nonce' => 'nonce-wp_rest' );
	same( 403, rest( 'hand-over', 'POST', array(), $browser ), 'a shopper' );
	World::$can  = true;
	World::$user = 7;
	same( 403, rest( 'hand-over', 'POST' ), 'a REST key' );
	$answer = rest( 'hand-over', 'POST', array(), $browser );
	same( 'no-store', $answer->headers['Cache-Control'] );
	list( $first, $signature ) = explode( '.', $answer->data['token'] );
	$claims                    = json_decode( base64_decode( strtr( $first, '-_', '+/' ) ), true );
	same( array( 'storeId', 'userId', 'iat', 'exp', 'nonce' ), array_keys( $claims ) );
	same( array( STORE, '7', 60 ), array( $claims['storeId'], $claims['userId'], $claims['exp'] - $claims['iat'] ) );
	yes( $claims['nonce'] !== json_decode( base64_decode( strtr( explode( '.', rest( 'hand-over', 'POST', array(), $browser )->data['token'] )[0], '-_', '+/' ) ), true )['nonce'] );
	same( 1, preg_match( '/^[A-Za-z0-9_-]{43}$/', $signature ) );
	StoreConnector_Connection::forget();
	same( 'storeconnector_not_connected', rest( 'hand-over', 'POST', array(), $browser )->code );
}

function test_the_status_says_how_it_goes_and_no_secret(): void {
	connected();
	Shop::$webhooks = array(
		3 => array( 'id' => 3, 'topic' => 'cart.updated', 'status' => 'disabled', 'url' => 'https://connect.example.com/webhooks/woocommerce/secret-path' ),
		4 => array( 'id' => 4, 'topic' => 'order.updated', 'status' => 'active', 'url' => 'https://connect.example.com/webhooks/woocommerce/secret-path' ),
		5 => array( 'id' => 5, 'topic' => 'order.updated', 'status' => 'disabled', 'url' => 'https://connect.example.com.evil.example/' ),
	);
	Shop::$waiting                     = array( 8 => new Waiting( time() - 300 ) );
	World::$options['active_plugins']  = array( 'woocommerce/woocommerce.php', 'klaviyo/klaviyo.php', 'hello.php' );
	WC()->emails                       = array( 'WC_Email_Customer_Note' => new Email() );
	same( 403, rest( 'status', 'GET' ) );
	World::$can = true;
	$said       = rest( 'status', 'GET' )->data;
	same( array( array( 'id' => 3, 'topic' => 'cart.updated', 'status' => 'disabled' ) ), $said['disabled_webhooks'] );
	yes( $said['oldest_pending_s'] >= 300 && $said['oldest_pending_s'] < 400 );
	same( array( 'woocommerce', 'klaviyo' ), $said['cart_mail_senders'] );
	same( array( 'email_box' => true, 'sms_box' => true, 'capture' => false, 'remove_everything' => false ), $said['settings'] );
	$text = json_encode( $said );
	no( strpos( $text, SECRET ) );
	no( strpos( $text, 'secret-path' ) );
	$said['oldest_pending_s'] = 300;
	fixture( 'status', array_merge( $said, array( 'php' => '8.2.0', 'now_gmt' => '2026-11-22T12:00:00' ) ) );
}

function test_the_status_of_a_quiet_shop(): void {
	connected();
	World::$can  = true;
	$email       = new Email();
	$email->on   = false;
	WC()->emails = array( 'x' => $email );
	$said        = rest( 'status', 'GET' )->data;
	same( array( null, array(), array() ), array( $said['oldest_pending_s'], $said['disabled_webhooks'], $said['cart_mail_senders'] ) );
}

function test_connect_leads_to_the_service_with_the_site_and_a_state(): void {
	start();
	parse_str( parse_url( StoreConnector_Admin_Page::connect_url( 'abc' ), PHP_URL_QUERY ), $query );
	same( array( 'site' => 'https://store.example.com/', 'state' => 'abc', 'return' => 'https://store.example.com/wp-admin/admin.php?page=storeconnector' ), $query );
	same( 1, preg_match( '/^[0-9a-f]{32}\z/', StoreConnector_Connection::begin() ), 'what the service takes for a state' );
	same( 0, strpos( StoreConnector_Admin_Page::connect_url( 'abc' ), 'https://connect.example.com/woocommerce/connect?' ) );
}

function shown(): string {
	ob_start();
	( new StoreConnector_Admin_Page() )->show();
	return ob_get_clean();
}

function test_the_page_shows_one_button_then_a_frame_without_a_secret(): void {
	start();
	same( '', shown(), 'who may not see it' );
	World::$can = true;
	same( 1, substr_count( shown(), '<button' ) );
	connected();
	$page = shown();
	yes( false !== strpos( $page, 'src="https://connect.example.com/app?door=woocommerce&amp;store=' . STORE . '"' ) );
	no( strpos( $page, SECRET ) );
	( new StoreConnector_Admin_Page() )->enqueue( 'woocommerce_page_storeconnector' );
	same( 'https://connect.example.com', World::$scripts['storeconnector-admin']['origin'] );
	no( strpos( json_encode( World::$scripts ), SECRET ) );
	( new StoreConnector_Admin_Page() )->enqueue( 'plugins.php' );
}

function test_the_switches_are_saved_as_they_were_ticked(): void {
	StoreConnector_Settings::save( array( 'capture' => '1', 'something' => 'else' ) );
	same( array( 'email_box' => false, 'sms_box' => false, 'capture' => true, 'remove_everything' => false ), StoreConnector_Settings::all() );
	World::$can    = true;
	$_GET['tab']   = 'settings';
	same( 1, substr_count( shown(), ' checked' ) );
}

function test_the_token_goes_to_one_origin_alone(): void {
	$script = file_get_contents( PLUGIN . '/assets/admin.js' );
	yes( false !== strpos( $script, 'event.origin !== settings.origin || event.source !== frame.contentWindow' ) );
	same( 0, preg_match( "/postMessage\([^;]*'\*'/", $script ) );
	same( substr_count( $script, 'postMessage(' ), substr_count( $script, ', settings.origin )' ) );
}

function test_uninstalling_leaves_nothing_but_the_proofs(): void {
	connected();
	StoreConnector_Plugin::activate();
	StoreConnector_Connection::begin();
	StoreConnector_Uninstaller::run();
	same( array(), World::$options );
	same( array(), World::$scheduled );
	no( isset( World::$transients['storeconnector_connect_state'] ) );
	$queries = implode( "\n", $GLOBALS['wpdb']->queries );
	yes( strpos( $queries, 'DROP TABLE IF EXISTS wp_storeconnector_carts' ) );
	yes( false !== strpos( $queries, 'DELETE FROM wp_wc_webhooks WHERE delivery_url LIKE %s ["https://connect.example.com/%"]' ), $queries );
	yes( false !== strpos( $queries, 'DELETE wp_wc_orders_meta {"meta_key":"_sc_cart"}' ) );
	yes( in_array( 'post:_sc_cart', World::$removed, true ) );
	yes( in_array( 'user:_storeconnector_cart', World::$removed, true ) );
	no( strpos( $queries . implode( World::$removed ), 'consent' ) );
}

function test_uninstalling_takes_the_proofs_too_when_the_merchant_says_so(): void {
	connected( array( 'remove_everything' => true ) );
	StoreConnector_Uninstaller::run();
	foreach ( array( '_sc_email_consent', '_sc_sms_consent', '_wc_other/storeconnector/email-consent', '_wc_other/storeconnector/sms-consent' ) as $key ) {
		yes( in_array( "post:$key", World::$removed, true ), $key );
	}
}
