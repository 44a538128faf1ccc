<?php
/** The boxes, and the address that is typed before. */

function posted( array $fields, array $headers = array( 'X-WP-Nonce' => 'nonce-wp_rest' ) ) {
	$route   = World::$routes['storeconnector/v1/contact'];
	$request = new WP_REST_Request( $fields, $headers );
	return $route['permission_callback']( $request ) ? $route['callback']( $request ) : null;
}

function test_both_boxes_are_shown_empty_and_needed_by_nobody(): void {
	start();
	do_action( 'woocommerce_init' );
	$fields = apply_filters( 'woocommerce_checkout_fields', array( 'billing' => array() ) )['billing'];
	same( array( 'storeconnector_email_consent', 'storeconnector_sms_consent' ), array_keys( $fields ) );
	foreach ( $fields as $field ) {
		same( array( 'checkbox', false, 0 ), array( $field['type'], $field['required'], $field['default'] ) );
	}
	same( array( 'storeconnector/email-consent', 'storeconnector/sms-consent' ), array_column( World::$fields, 'id' ) );
	// A contact field would be kept with the customer, and be ticked the next time.
	same( array( 'order', 'order' ), array_column( World::$fields, 'location' ) );
	same( array_column( World::$fields, 'label' ), array_column( World::$fields, 'optionalLabel' ), 'not a word more than is kept' );
}

function test_a_box_that_is_switched_off_is_neither_shown_nor_kept(): void {
	World::$options['storeconnector_settings'] = array( 'sms_box' => false );
	start();
	do_action( 'woocommerce_init' );
	same( array( 'storeconnector/email-consent' ), array_column( World::$fields, 'id' ) );
	$order = new WC_Order();
	do_action( 'woocommerce_checkout_create_order', $order, array( 'storeconnector_sms_consent' => 1 ) );
	same( array(), $order->meta );
}

function test_a_tick_keeps_the_words_their_version_and_the_time(): void {
	start();
	$order = new WC_Order();
	do_action( 'woocommerce_checkout_create_order', $order, array( 'storeconnector_email_consent' => 1, 'storeconnector_sms_consent' => '' ) );
	same( array( '_sc_email_consent' ), array_keys( $order->meta ) );
	$proof = json_decode( $order->meta['_sc_email_consent'], true );
	same( 'Yes, Bean & Leaf may e-mail me reminders and offers. I can unsubscribe at any time.', $proof['text'] );
	same( substr( hash( 'sha256', $proof['text'] ), 0, 12 ), $proof['v'] );
	same( 1, preg_match( '/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/', $proof['at'] ) );
	fixture( 'consents', array(
		array( 'key' => '_sc_email_consent', 'value' => str_replace( $proof['at'], '2026-11-22T12:00:00+00:00', $order->meta['_sc_email_consent'] ) ),
	) );
}

function test_other_words_are_another_version(): void {
	start();
	add_filter( 'storeconnector_consent_text', static fn( $text, $channel ) => 'sms' === $channel ? '<b>نعم</b>, text me' : $text, 10, 2 );
	$order = new WC_Order();
	do_action( 'woocommerce_checkout_create_order', $order, array( 'storeconnector_sms_consent' => 1 ) );
	same( 'نعم, text me', json_decode( $order->meta['_sc_sms_consent'], true )['text'] );
	yes( StoreConnector_Consent::version( 'a' ) !== StoreConnector_Consent::version( 'b' ) );
}

function test_the_block_checkouts_tick_is_kept_too_and_goes_when_it_is_taken_back(): void {
	start();
	$draft = new WC_Order( 70 );
	do_action( 'woocommerce_set_additional_field_value', 'storeconnector/sms-consent', true, 'other', $draft );
	same( array( '_sc_sms_consent' ), array_keys( $draft->meta ) );
	$first = $draft->meta['_sc_sms_consent'] = str_replace( substr( json_decode( $draft->meta['_sc_sms_consent'], true )['at'], 0, 4 ), '2020', $draft->meta['_sc_sms_consent'] );
	do_action( 'woocommerce_set_additional_field_value', 'storeconnector/sms-consent', '1', 'other', $draft );
	same( $first, $draft->meta['_sc_sms_consent'], 'the time of the first tick' );
	do_action( 'woocommerce_set_additional_field_value', 'storeconnector/sms-consent', false, 'other', $draft );
	$gone = json_decode( $draft->meta['_sc_sms_consent'], true );
	same( array( 'v', 'at', 'withdrawn' ), array_keys( $gone ), 'the service may have been told of the tick' );
	yes( gmdate( 'Y' ) === substr( $gone['at'], 0, 4 ), 'the time of the withdrawal, not of the tick' );
	$gone = $draft->meta;
	do_action( 'woocommerce_set_additional_field_value', 'storeconnector/sms-consent', true, 'other', new Customer() );
	do_action( 'woocommerce_set_additional_field_value', 'another/sms-consent', true, 'other', $draft );
	same( $gone, $draft->meta );
	do_action( 'woocommerce_set_additional_field_value', 'storeconnector/sms-consent', true, 'other', $draft );
	no( isset( json_decode( $draft->meta['_sc_sms_consent'], true )['withdrawn'] ), 'who ticks again agrees again' );
}

function test_an_empty_box_says_nothing_where_none_was_ticked(): void {
	start();
	$order = new WC_Order( 71 );
	do_action( 'woocommerce_set_additional_field_value', 'storeconnector/sms-consent', false, 'other', $order );
	same( array(), $order->meta );
}

function test_staff_who_edit_an_order_prove_nothing_and_may_take_it_away(): void {
	start();
	$order = new WC_Order( 70 );
	World::$admin = true;
	do_action( 'woocommerce_set_additional_field_value', 'storeconnector/sms-consent', true, 'other', $order );
	same( array(), $order->meta );
	World::$admin = false;
	do_action( 'woocommerce_set_additional_field_value', 'storeconnector/sms-consent', true, 'other', $order );
	$proof        = $order->meta;
	World::$admin = true;
	add_filter( 'storeconnector_consent_text', static fn() => 'Other words, later' );
	do_action( 'woocommerce_set_additional_field_value', 'storeconnector/sms-consent', true, 'other', $order );
	same( $proof, $order->meta, 'what was shown then is not rewritten' );
	do_action( 'woocommerce_set_additional_field_value', 'storeconnector/sms-consent', false, 'other', $order );
	$gone = $order->meta;
	same( true, json_decode( $gone['_sc_sms_consent'], true )['withdrawn'] );
	do_action( 'woocommerce_set_additional_field_value', 'storeconnector/sms-consent', true, 'other', $order );
	same( $gone, $order->meta, 'and cannot give it back' );
}

function test_nothing_is_captured_while_it_is_off(): void {
	start();
	do_action( 'rest_api_init' );
	do_action( 'wp_enqueue_scripts' );
	no( isset( World::$routes['storeconnector/v1/contact'] ) );
	same( array(), World::$scripts );
}

function test_a_typed_address_is_told_with_the_cart_when_it_is_on(): void {
	World::$options['storeconnector_settings'] = array( 'capture' => true );
	start();
	do_action( 'rest_api_init' );
	do_action( 'wp_enqueue_scripts' );
	yes( isset( World::$scripts['storeconnector-capture'] ) );
	two_coffees();
	end_request();
	same( 204, posted( array( 'email' => 'dora@example.com', 'phone' => '+1 555 010 0070' ) )->status );
	do_action( 'shutdown' );
	same( array( 'dora@example.com', '+1 555 010 0070' ), array( body()['email'], body()['phone'] ) );
	same( 2, count( told() ) );
}

function test_the_script_is_on_no_other_page(): void {
	World::$options['storeconnector_settings'] = array( 'capture' => true );
	start();
	Shop::$has_block = true;
	do_action( 'wp_enqueue_scripts' );
	Shop::$has_block   = false;
	Shop::$is_checkout = false;
	do_action( 'wp_enqueue_scripts' );
	same( array(), World::$scripts );
}

function test_another_sites_page_and_a_flood_are_refused(): void {
	World::$options['storeconnector_settings'] = array( 'capture' => true );
	start();
	do_action( 'rest_api_init' );
	same( null, posted( array( 'email' => 'dora@example.com' ), array() ) );
	same( null, posted( array( 'email' => 'dora@example.com' ), array( 'X-WP-Nonce' => 'forged' ) ) );
	for ( $i = 0; $i < 20; $i++ ) {
		same( 204, posted( array( 'email' => "dora$i@example.com" ) )->status );
	}
	same( 429, posted( array( 'email' => 'eve@example.com' ) )->status );
	for ( $i = 0; $i < 100; $i++ ) {
		WC()->session = new Session();
		posted( array( 'email' => 'eve@example.com' ) );
	}
	same( 429, posted( array( 'email' => 'eve@example.com' ) )->status, 'new sessions of one address' );
}

function test_what_is_no_address_is_not_kept(): void {
	World::$options['storeconnector_settings'] = array( 'capture' => true );
	start();
	do_action( 'rest_api_init' );
	posted( array( 'email' => array( 'a' ), 'phone' => 'call me <b>now</b>' ) );
	same( array( 'email' => '', 'phone' => '' ), StoreConnector_Contact_Capture::typed() );
	WC()->session->has = false;
	posted( array( 'email' => 'dora@example.com' ) );
	same( null, WC()->session->get( 'storeconnector_contact' )['email'] ?? null ?: null );
}
