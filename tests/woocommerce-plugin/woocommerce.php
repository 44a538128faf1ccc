<?php
/** As much of WooCommerce as the plugin touches. */

final class WooCommerce {
	public string $version = '10.5.0';
	public $cart;
	public $session;
	public $customer;
	public array $emails = array();
	public function mailer() { return $this; }
	public function get_emails() { return $this->emails; }
}

/** One shop and one shopper; begin() makes new ones. */
final class Shop {
	public static ?WooCommerce $woo;
	public static array $webhooks = array();
	public static array $waiting  = array();
	public static bool $is_checkout = true;
	public static bool $has_block   = false;
	public static array $sold       = array( 12, 15 );

	public static function begin(): void {
		self::$woo           = new WooCommerce();
		self::$woo->cart     = new Cart();
		self::$woo->session  = new Session();
		self::$woo->customer = new Customer();
		self::$webhooks      = array();
		self::$waiting       = array();
		self::$is_checkout   = true;
		self::$has_block     = false;
	}
}

final class Session {
	public array $kept = array();
	public bool $has   = true;
	public function get( $key ) { return $this->kept[ $key ] ?? null; }
	public function set( $key, $value ): void { $this->kept[ $key ] = $value; }
	public function has_session() { return $this->has; }
	public function set_customer_session_cookie( $on ): void { $this->has = $on; }
}
final class Customer {
	public string $email   = '';
	public string $phone   = '';
	public string $account = '';
	public function get_billing_email() { return $this->email; }
	public function get_billing_phone() { return $this->phone; }
	public function get_billing_country() { return 'US'; }
	public function get_email() { return $this->account; }
}
final class Product {
	private string $name;
	private string $sku;
	public function __construct( string $name, string $sku ) { $this->name = $name; $this->sku = $sku; }
	public function get_name() { return $this->name; }
	public function get_sku() { return $this->sku; }
}
final class Cart {
	public array $items   = array();
	public array $coupons = array();
	public string $total  = '0';
	public function is_empty() { return ! $this->items; }
	public function get_cart() { return $this->items; }
	public function get_total( $context ) { return $this->total; }
	public function get_applied_coupons() { return $this->coupons; }
	public function has_discount( $code ) { return in_array( $code, $this->coupons, true ); }
	public function apply_coupon( $code ): void { $this->coupons[] = $code; }
	public function empty_cart(): void {
		$this->items   = array();
		$this->coupons = array();
		$this->total   = '0';
		do_action( 'woocommerce_cart_emptied' );
	}
	public function add_to_cart( $product, $quantity, $variation = 0, $chosen = array() ) {
		if ( ! in_array( $variation ?: $product, Shop::$sold, true ) ) {
			return false;
		}
		$this->put( $product, $quantity, '10.00', 'Product ' . $product, 'SKU', $variation, $chosen );
		do_action( 'woocommerce_add_to_cart', 'key' );
		return 'key';
	}
	public function put( $product, $quantity, $total, $name, $sku, $variation = 0, $chosen = array() ): void {
		$key                 = md5( "$product-$variation" );
		$this->items[ $key ] = array(
			'key' => $key, 'product_id' => $product, 'variation_id' => $variation, 'variation' => $chosen,
			'quantity' => $quantity, 'line_total' => $total, 'data' => new Product( $name, $sku ),
		);
		$this->total = (string) array_sum( array_column( $this->items, 'line_total' ) );
	}
}
final class WC_Order {
	public array $meta = array();
	public int $saved  = 0;
	private int $id;
	public function __construct( int $id = 0 ) { $this->id = $id; }
	public function get_id() { return $this->id; }
	public function get_meta( $key ) { return $this->meta[ $key ] ?? ''; }
	public function update_meta_data( $key, $value ): void { $this->meta[ $key ] = $value; }
	public function delete_meta_data( $key ): void { unset( $this->meta[ $key ] ); }
	public function save_meta_data(): void { ++$this->saved; }
}
final class WC_Webhook {
	private array $of;
	public function __construct( array $of ) { $this->of = $of; }
	public function get_id() { return $this->of['id']; }
	public function get_topic() { return $this->of['topic']; }
	public function get_status() { return $this->of['status']; }
	public function get_delivery_url() { return $this->of['url']; }
}
final class WC_Data_Store {
	public static function load( $what ) { return new self(); }
	public function search_webhooks( $query ) {
		return array_keys( array_filter( Shop::$webhooks, static fn( $hook ) => ! isset( $query['status'] ) || $hook['status'] === $query['status'] ) );
	}
}
final class WC_Geolocation {
	public static function get_ip_address() { return '203.0.113.7'; }
}
final class Email {
	public string $id = 'customer_checkout_recovery';
	public bool $on   = true;
	public function is_enabled() { return $this->on; }
}
final class Waiting {
	private int $since;
	public function __construct( int $since ) { $this->since = $since; }
	public function get_schedule() { return $this; }
	public function get_date() { return new DateTimeImmutable( '@' . $this->since ); }
}

function WC() { return Shop::$woo; }
function wc_get_webhook( $id ) { return new WC_Webhook( Shop::$webhooks[ $id ] ); }
function wc_load_cart(): void {}
function wc_format_decimal( $amount, $places ) { return number_format( (float) $amount, $places, '.', '' ); }
function wc_get_price_decimals() { return 2; }
function wc_stock_amount( $amount ) { return (int) $amount; }
function wc_format_coupon_code( $code ) { return strtolower( trim( $code ) ); }
function wc_string_to_bool( $value ) { return is_bool( $value ) ? $value : in_array( strtolower( $value ), array( 'yes', 'true', '1', 'on' ), true ); }
function wc_get_checkout_url() { return 'https://store.example.com/checkout/'; }
function wc_get_cart_url() { return 'https://store.example.com/cart/'; }
function get_woocommerce_currency() { return 'USD'; }
function is_checkout() { return Shop::$is_checkout; }
function is_wc_endpoint_url() { return false; }
function has_block( $name ) { return Shop::$has_block; }
function as_get_scheduled_actions( $query ) { return Shop::$waiting; }
function woocommerce_register_additional_checkout_field( $field ): void { World::$fields[] = $field; }
