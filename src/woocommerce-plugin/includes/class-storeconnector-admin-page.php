<?php
/**
 * WooCommerce > StoreConnector.
 *
 * @package StoreConnector
 */

defined( 'ABSPATH' ) || exit;

/**
 * Before the connection one button; afterwards the merchant's page in a frame, and four switches on a tab.
 */
final class StoreConnector_Admin_Page {

	const SLUG       = 'storeconnector';
	const CAPABILITY = 'manage_woocommerce';
	const CONNECT    = 'storeconnector_connect';
	const SAVE       = 'storeconnector_save';

	/**
	 * Hooks in.
	 */
	public function hook() {
		add_action( 'admin_menu', array( $this, 'add_to_menu' ), 60 );
		add_action( 'admin_enqueue_scripts', array( $this, 'enqueue' ) );
		add_action( 'admin_post_' . self::CONNECT, array( $this, 'connect' ) );
		add_action( 'admin_post_' . self::SAVE, array( $this, 'save' ) );
		add_filter( 'plugin_action_links_' . plugin_basename( STORECONNECTOR_FILE ), array( $this, 'add_link' ) );
	}

	/**
	 * The page's address.
	 *
	 * @param string $tab Empty, or settings.
	 * @return string
	 */
	public static function url( $tab = '' ) {
		return admin_url( 'admin.php?page=' . self::SLUG . ( '' === $tab ? '' : '&tab=' . $tab ) );
	}

	/**
	 * The menu.
	 */
	public function add_to_menu() {
		add_submenu_page( 'woocommerce', 'StoreConnector', 'StoreConnector', self::CAPABILITY, self::SLUG, array( $this, 'show' ) );
	}

	/**
	 * In the list of plugins.
	 *
	 * @param string[] $links WordPress's.
	 * @return string[]
	 */
	public function add_link( $links ) {
		array_unshift( $links, sprintf( '<a href="%s">%s</a>', esc_url( self::url() ), esc_html__( 'Open', 'storeconnector' ) ) );
		return $links;
	}

	/**
	 * Script and style, on our page alone.
	 *
	 * @param string $screen WordPress's name of the page.
	 */
	public function enqueue( $screen ) {
		if ( 'woocommerce_page_' . self::SLUG !== $screen ) {
			return;
		}
		wp_enqueue_style( 'storeconnector-admin', plugins_url( 'assets/admin.css', STORECONNECTOR_FILE ), array(), STORECONNECTOR_VERSION );
		if ( ! $this->is_framed() ) {
			return;
		}
		wp_enqueue_script( 'storeconnector-admin', plugins_url( 'assets/admin.js', STORECONNECTOR_FILE ), array(), STORECONNECTOR_VERSION, true );
		wp_localize_script(
			'storeconnector-admin',
			'storeconnectorAdmin',
			array(
				'origin' => StoreConnector_Connection::origin(),
				'url'    => rest_url( StoreConnector_Rest::ROUTE . '/hand-over' ),
				'nonce'  => wp_create_nonce( 'wp_rest' ),
				'failed' => __( 'The page could not be opened. Reload this page; if that does not help, connect again.', 'storeconnector' ),
			)
		);
	}

	/**
	 * The page.
	 */
	public function show() {
		if ( ! current_user_can( self::CAPABILITY ) ) {
			return;
		}
		$framed = $this->is_framed();
		printf( '<div class="storeconnector%s">', $framed ? ' storeconnector-framed' : ' wrap' );
		$this->show_tabs();
		if ( $this->is_settings() ) {
			$this->show_settings();
		} elseif ( $framed ) {
			$this->show_frame();
		} else {
			$this->show_connect();
		}
		echo '</div>';
	}

	/**
	 * Connect was pressed: off to the service, with a state that only this browser and the service know.
	 */
	public function connect() {
		$this->check( self::CONNECT );
		nocache_headers();
		// Another host on purpose: the service that this site is set to, and no other.
		wp_redirect( self::connect_url( StoreConnector_Connection::begin() ), 303, 'StoreConnector' ); // phpcs:ignore WordPress.Security.SafeRedirect
		exit;
	}

	/**
	 * Where the service begins a connection.
	 *
	 * @param string $state Of this one.
	 * @return string
	 */
	public static function connect_url( $state ) {
		return StoreConnector_Connection::service_url() . '/woocommerce/connect?' . http_build_query(
			array(
				'site'   => home_url( '/' ),
				'state'  => $state,
				'return' => self::url(),
			),
			'',
			'&',
			PHP_QUERY_RFC3986
		);
	}

	/**
	 * The switches were saved.
	 */
	public function save() {
		$this->check( self::SAVE );
		StoreConnector_Settings::save( wp_unslash( $_POST ) ); // phpcs:ignore WordPress.Security.NonceVerification -- check() did.
		wp_safe_redirect( self::url( 'settings' ) . '&saved=1', 303, 'StoreConnector' );
		exit;
	}

	/**
	 * Only a manager, only from our own form.
	 *
	 * @param string $action The form's.
	 */
	private function check( $action ) {
		if ( ! current_user_can( self::CAPABILITY ) ) {
			wp_die( esc_html__( 'You may not do this.', 'storeconnector' ), '', array( 'response' => 403 ) );
		}
		check_admin_referer( $action );
	}

	/**
	 * Whether the tab with the switches is asked for.
	 *
	 * @return bool
	 */
	private function is_settings() {
		return isset( $_GET['tab'] ) && 'settings' === $_GET['tab']; // phpcs:ignore WordPress.Security.NonceVerification -- it only chooses what is shown.
	}

	/**
	 * Whether the merchant's page is shown.
	 *
	 * @return bool
	 */
	private function is_framed() {
		return StoreConnector_Connection::is_connected() && ! $this->is_settings();
	}

	/**
	 * The two tabs.
	 */
	private function show_tabs() {
		echo '<nav class="nav-tab-wrapper">';
		foreach ( array(
			''         => __( 'StoreConnector', 'storeconnector' ),
			'settings' => __( 'Settings on this site', 'storeconnector' ),
		) as $tab => $title ) {
			$is_here = ( 'settings' === $tab ) === $this->is_settings();
			printf(
				'<a class="nav-tab%s" href="%s"%s>%s</a>',
				$is_here ? ' nav-tab-active' : '',
				esc_url( self::url( $tab ) ),
				$is_here ? ' aria-current="page"' : '',
				esc_html( $title )
			);
		}
		echo '</nav>';
	}

	/**
	 * Before the connection.
	 */
	private function show_connect() {
		echo '<h1>' . esc_html__( 'Connect this shop', 'storeconnector' ) . '</h1>';
		echo '<p class="storeconnector-lead">' . esc_html__( 'StoreConnector hears what happens in your shop and sends each customer the one message that is worth sending. WooCommerce will ask you to approve its access on the next page.', 'storeconnector' ) . '</p>';
		printf( '<form method="post" action="%s">', esc_url( admin_url( 'admin-post.php' ) ) );
		printf( '<input type="hidden" name="action" value="%s">', esc_attr( self::CONNECT ) );
		wp_nonce_field( self::CONNECT );
		printf( '<button class="button button-primary button-hero">%s</button></form>', esc_html__( 'Connect', 'storeconnector' ) );
		/* translators: %s: the service's address. */
		echo '<p class="description">' . esc_html( sprintf( __( 'You go to %s and come back here.', 'storeconnector' ), StoreConnector_Connection::origin() ) ) . '</p>';
	}

	/**
	 * The merchant's page. Nothing secret is in its address: it asks for a token when it is ready.
	 */
	private function show_frame() {
		$url = StoreConnector_Connection::service_url() . '/app?door=woocommerce&store=' . rawurlencode( StoreConnector_Connection::store_id() );
		echo '<p id="storeconnector-failed" class="storeconnector-failed" role="alert" hidden></p>';
		printf(
			'<iframe id="storeconnector-frame" class="storeconnector-frame" title="StoreConnector" src="%s" referrerpolicy="strict-origin" sandbox="allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads"></iframe>',
			esc_url( $url )
		);
	}

	/**
	 * The switches.
	 */
	private function show_settings() {
		echo '<h1>' . esc_html__( 'Settings on this site', 'storeconnector' ) . '</h1>';
		if ( isset( $_GET['saved'] ) ) { // phpcs:ignore WordPress.Security.NonceVerification -- it only chooses what is shown.
			echo '<div class="notice notice-success" role="status"><p>' . esc_html__( 'Saved.', 'storeconnector' ) . '</p></div>';
		}
		printf( '<form method="post" action="%s">', esc_url( admin_url( 'admin-post.php' ) ) );
		printf( '<input type="hidden" name="action" value="%s">', esc_attr( self::SAVE ) );
		wp_nonce_field( self::SAVE );
		foreach ( $this->switches() as $name => $words ) {
			printf(
				'<p class="storeconnector-switch"><label><input type="checkbox" name="%1$s" value="1"%2$s aria-describedby="storeconnector-%1$s"> %3$s</label><span class="description" id="storeconnector-%1$s">%4$s</span></p>',
				esc_attr( $name ),
				StoreConnector_Settings::is_on( $name ) ? ' checked' : '',
				esc_html( $words[0] ),
				esc_html( $words[1] )
			);
		}
		printf( '<button class="button button-primary">%s</button></form>', esc_html__( 'Save', 'storeconnector' ) );
	}

	/**
	 * Each switch in words.
	 *
	 * @return array<string,string[]>
	 */
	private function switches() {
		return array(
			'email_box'         => array(
				__( 'Ask for permission to e-mail at the checkout', 'storeconnector' ),
				StoreConnector_Consent::text( 'email' ),
			),
			'sms_box'           => array(
				__( 'Ask for permission to text at the checkout', 'storeconnector' ),
				StoreConnector_Consent::text( 'sms' ),
			),
			'capture'           => array(
				__( 'Tell StoreConnector the address that a guest types before ordering', 'storeconnector' ),
				__( 'In the European Union and the United Kingdom you need a reason in law for this, and a sentence in your privacy policy. Off, a guest is known from the order on.', 'storeconnector' ),
			),
			'remove_everything' => array(
				__( 'When the plugin is deleted, delete the proofs of permission too', 'storeconnector' ),
				__( 'They stay with the orders otherwise: you may have to show who agreed to what, long after.', 'storeconnector' ),
			),
		);
	}
}
