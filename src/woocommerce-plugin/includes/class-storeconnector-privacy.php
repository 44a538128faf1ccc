<?php
/**
 * WordPress's own tools for personal data.
 *
 * @package StoreConnector
 */

defined( 'ABSPATH' ) || exit;

/**
 * Gives out and erases the carts that are kept under an address. Consent lies with the order, and goes with it.
 */
final class StoreConnector_Privacy {

	/**
	 * Where carts are kept.
	 *
	 * @var StoreConnector_Cart_Table
	 */
	private $table;

	/**
	 * Makes one.
	 *
	 * @param StoreConnector_Cart_Table $table Where carts are kept.
	 */
	public function __construct( StoreConnector_Cart_Table $table ) {
		$this->table = $table;
	}

	/**
	 * Hooks in.
	 */
	public function hook() {
		add_filter( 'wp_privacy_personal_data_exporters', array( $this, 'add_exporter' ) );
		add_filter( 'wp_privacy_personal_data_erasers', array( $this, 'add_eraser' ) );
		add_action( 'admin_init', array( $this, 'suggest_policy' ) );
	}

	/**
	 * Names the exporter.
	 *
	 * @param array<string,array> $all WordPress's.
	 * @return array<string,array>
	 */
	public function add_exporter( $all ) {
		$all['storeconnector'] = array(
			'exporter_friendly_name' => __( 'Carts (StoreConnector)', 'storeconnector' ),
			'callback'               => array( $this, 'export' ),
		);
		return $all;
	}

	/**
	 * Names the eraser.
	 *
	 * @param array<string,array> $all WordPress's.
	 * @return array<string,array>
	 */
	public function add_eraser( $all ) {
		$all['storeconnector'] = array(
			'eraser_friendly_name' => __( 'Carts (StoreConnector)', 'storeconnector' ),
			'callback'             => array( $this, 'erase' ),
		);
		return $all;
	}

	/**
	 * What is kept under an address.
	 *
	 * @param string $email The address.
	 * @return array{data:array,done:bool}
	 */
	public function export( $email ) {
		$data = array();
		foreach ( $this->table->of_email( $email ) as $cart ) {
			$data[] = array(
				'group_id'    => 'storeconnector-carts',
				'group_label' => __( 'Carts (StoreConnector)', 'storeconnector' ),
				'item_id'     => 'storeconnector-cart-' . $cart['cart'],
				'data'        => array(
					array(
						'name'  => __( 'Last changed', 'storeconnector' ),
						'value' => $cart['updated_gmt'],
					),
					array(
						'name'  => __( 'Phone', 'storeconnector' ),
						'value' => $cart['phone'],
					),
					array(
						'name'  => __( 'Items', 'storeconnector' ),
						'value' => implode( ', ', array_column( $cart['items'], 'name' ) ),
					),
				),
			);
		}
		return array(
			'data' => $data,
			'done' => true,
		);
	}

	/**
	 * Erases what is kept under an address.
	 *
	 * @param string $email The address.
	 * @return array<string,mixed>
	 */
	public function erase( $email ) {
		return array(
			'items_removed'  => $this->table->forget_email( $email ) > 0,
			'items_retained' => false,
			'messages'       => array(),
			'done'           => true,
		);
	}

	/**
	 * A passage for the shop's privacy policy.
	 */
	public function suggest_policy() {
		if ( function_exists( 'wp_add_privacy_policy_content' ) ) {
			wp_add_privacy_policy_content(
				'StoreConnector',
				wp_kses_post( wpautop( __( 'We tell StoreConnector, a service that sends messages for us, which products are in your cart, what you ordered and, if you are logged in or agreed, how to reach you. We use it to remind you of what you left and to write to you if you ticked a box at the checkout. Carts are kept 30 days on this site. You can withdraw at any time by the link in each message.', 'storeconnector' ) ) )
			);
		}
	}
}
