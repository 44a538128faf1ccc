<?php
/** The topic cart.updated: what is told, when, and when not. */

const TOKEN = '/^[0-9a-f]{32}$/';

function start(): void {
	StoreConnector_Plugin::start();
}
function two_coffees(): void {
	WC()->cart->put( 12, 2, '20.64', 'House Blend 250g', 'COF-HB-250' );
	WC()->cart->put( 14, 1, '13', 'Single Origin - 250g, Whole bean', 'COF-SO-250', 15, array( 'attribute_grind' => 'Whole bean', 'attribute_size' => '250g' ) );
}
/** The end of a request in which the cart was touched. */
function end_request( string $hook = 'woocommerce_add_to_cart' ): void {
	do_action( $hook, 'any', 'number', 'of', 'arguments' );
	do_action( 'shutdown' );
}
function told(): array {
	return array_map( static fn( $f ) => $f[1], fired( 'storeconnector_cart_changed' ) );
}
/** What WooCommerce would deliver of the last event. */
function body(): array {
	$told = told();
	return apply_filters( 'woocommerce_webhook_payload', array(), 'cart', end( $told ), 49 );
}
/** As the service gets it: a fixed token and time, for a fixture. */
function told_at_noon( array $body ): array {
	same( 1, preg_match( TOKEN, $body['cart'] ) );
	same( 1, preg_match( '/^[0-9a-f]{32}$/', $body['hash'] ) );
	same( 1, preg_match( '/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/', $body['updated_gmt'] ) );
	return array_merge( $body, array( 'cart' => str_repeat( 'ab', 16 ), 'hash' => str_repeat( '0', 32 ), 'updated_gmt' => '2026-11-22T12:00:00' ) );
}

function test_a_guests_cart_is_told_without_an_address_unless_the_merchant_says_so(): void {
	start();
	two_coffees();
	WC()->customer->email = 'dora@example.com';
	WC()->customer->phone = '+15550100070';
	end_request();
	fixture( 'cart-guest', told_at_noon( body() ) );
	same( '', body()['email'] );
	same( '', body()['phone'] );
}

function test_a_guests_address_is_told_when_the_merchant_says_so(): void {
	World::$options['storeconnector_settings'] = array( 'capture' => true );
	start();
	two_coffees();
	WC()->cart->coupons   = array( 'welcome10' );
	WC()->customer->email = 'dora@example.com';
	WC()->customer->phone = '+15550100070';
	end_request();
	fixture( 'cart-identified', told_at_noon( body() ) );
}

function test_a_users_cart_is_told_with_the_accounts_address(): void {
	World::$user            = 9;
	start();
	two_coffees();
	WC()->customer->account = 'dora@example.com';
	end_request();
	same( 9, body()['customer_id'] );
	same( 'dora@example.com', body()['email'] );
}

function test_an_emptied_cart_is_told_once_and_the_next_one_has_another_name(): void {
	start();
	two_coffees();
	end_request();
	WC()->cart->empty_cart();
	end_request( 'woocommerce_cart_emptied' );
	fixture( 'cart-emptied', told_at_noon( body() ) );
	end_request( 'woocommerce_cart_emptied' );
	two_coffees();
	end_request();
	$told = told();
	same( 3, count( $told ) );
	same( $told[0], $told[1] );
	yes( $told[1] !== $told[2] );
}

function test_nothing_is_told_when_nothing_changed(): void {
	start();
	two_coffees();
	end_request();
	end_request( 'woocommerce_after_cart_item_quantity_update' );
	do_action( 'woocommerce_cart_loaded_from_session' );
	do_action( 'shutdown' );
	same( 1, count( told() ) );
}

function test_many_changes_of_one_request_are_told_once(): void {
	start();
	two_coffees();
	do_action( 'woocommerce_add_to_cart' );
	do_action( 'woocommerce_applied_coupon' );
	end_request( 'woocommerce_cart_item_removed' );
	same( 1, count( told() ) );
}

function test_a_change_of_quantity_keeps_the_name(): void {
	start();
	two_coffees();
	end_request();
	WC()->cart->put( 12, 3, '30.96', 'House Blend 250g', 'COF-HB-250' );
	end_request( 'woocommerce_after_cart_item_quantity_update' );
	same( 2, count( told() ) );
	same( 1, count( array_unique( told() ) ) );
	same( 3, body()['items'][0]['quantity'] );
}

function test_an_empty_cart_that_nobody_heard_of_is_not_told(): void {
	start();
	end_request( 'woocommerce_cart_emptied' );
	same( array(), told() );
}

function test_an_empty_cart_that_was_never_told_is_not_told_though_it_has_a_name(): void {
	start();
	WC()->session->set( 'storeconnector_cart', str_repeat( 'cd', 16 ) );
	end_request( 'woocommerce_cart_emptied' );
	same( array(), told() );
	same( '', StoreConnector_Cart_Token::current( false ), 'and its name is not used again' );
}

function test_a_robot_that_brings_no_session_is_not_told_and_a_person_is_with_the_next_page(): void {
	$_COOKIE = array();
	start();
	two_coffees();
	end_request();
	same( array(), told() );

	$_COOKIE = array( 'wp_woocommerce_session_hash' => 'a' );
	do_action( 'woocommerce_cart_loaded_from_session' );
	do_action( 'shutdown' );
	same( 1, count( told() ) );
}

function test_a_token_of_the_store_api_is_a_session_too(): void {
	$_COOKIE                    = array();
	$_SERVER['HTTP_CART_TOKEN'] = 'jwt';
	start();
	two_coffees();
	end_request();
	same( 1, count( told() ) );
}

function test_who_logs_in_keeps_the_name_of_the_cart(): void {
	start();
	two_coffees();
	end_request();
	World::$user = 9;
	end_request( 'woocommerce_checkout_update_order_review' );
	same( 1, count( array_unique( told() ) ) );
	same( told()[0], World::$user_meta[9]['_storeconnector_cart'] );
}

function test_who_logs_in_and_has_a_cart_of_old_leaves_the_guests_one_empty(): void {
	World::$user_meta[9]['_storeconnector_cart'] = str_repeat( 'cd', 16 );
	start();
	two_coffees();
	end_request();
	World::$user = 9;
	end_request();
	$told = told();
	same( array( $told[0], $told[0], str_repeat( 'cd', 16 ) ), $told );
	same( array(), apply_filters( 'woocommerce_webhook_payload', array(), 'cart', $told[0], 1 )['items'] );
}

function test_the_body_is_bounded(): void {
	start();
	for ( $i = 1; $i <= 300; $i++ ) {
		WC()->cart->put( $i, 1, '1', str_repeat( "\u{645}", 5000 ), str_repeat( 'x', 5000 ), 0, array_fill( 0, 500, str_repeat( 'y', 500 ) ) );
	}
	end_request();
	$body = body();
	yes( strlen( json_encode( $body ) ) < 40 * 1024 );
	same( 300, count( $body['items'] ) + $body['items_left_out'] );
}

function test_a_cart_that_is_gone_is_an_error_and_no_empty_cart(): void {
	start();
	$body = apply_filters( 'woocommerce_webhook_payload', array(), 'cart', str_repeat( 'ef', 16 ), 1 );
	same( 404, $body['data']['status'] );
	fixture( 'cart-gone', $body );
}

function test_other_resources_are_left_alone(): void {
	start();
	same( array( 'id' => 1 ), apply_filters( 'woocommerce_webhook_payload', array( 'id' => 1 ), 'order', 1, 1 ) );
}

function test_the_topic_is_one_of_WooCommerces(): void {
	start();
	same( array( 'storeconnector_cart_changed' ), apply_filters( 'woocommerce_webhook_topic_hooks', array() )['cart.updated'] );
	yes( in_array( 'cart', apply_filters( 'woocommerce_valid_webhook_resources', array( 'order' ) ), true ) );
	same( array( 'created', 'updated' ), apply_filters( 'woocommerce_valid_webhook_events', array( 'created', 'updated' ) ) );
	yes( isset( apply_filters( 'woocommerce_webhook_topics', array() )['cart.updated'] ) );
	no( isset( World::$hooks['woocommerce_cart_updated'] ), 'it runs on every page, and feeds itself as a topic' );
}

function test_an_order_carries_the_name_of_its_cart(): void {
	start();
	two_coffees();
	end_request();
	$classic = new WC_Order();
	do_action( 'woocommerce_checkout_create_order', $classic, array() );
	$draft = new WC_Order( 70 );
	do_action( 'woocommerce_store_api_checkout_update_order_meta', $draft );
	do_action( 'woocommerce_store_api_checkout_update_order_meta', $draft );
	same( told()[0], $classic->meta['_sc_cart'] );
	same( told()[0], $draft->meta['_sc_cart'] );
	same( 1, $draft->saved );
}

function test_old_carts_are_forgotten_a_bounded_number_at_a_time(): void {
	start();
	do_action( 'storeconnector_clean_up' );
	yes( false !== strpos( $GLOBALS['wpdb']->queries[0], 'DELETE FROM wp_storeconnector_carts WHERE changed_gmt < %s LIMIT %d' ) );
}

function test_WordPress_can_give_out_and_erase_what_is_kept_under_an_address(): void {
	World::$user            = 9;
	start();
	two_coffees();
	WC()->customer->account = 'Dora@example.com';
	end_request();
	$out = apply_filters( 'wp_privacy_personal_data_exporters', array() )['storeconnector']['callback']( 'dora@example.com' );
	same( 1, count( $out['data'] ) );
	$erased = apply_filters( 'wp_privacy_personal_data_erasers', array() )['storeconnector']['callback']( 'dora@example.com' );
	yes( $erased['items_removed'] );
	same( array(), $GLOBALS['wpdb']->rows );
}
