<?php
/**
 * How the companion does.
 *
 * @package StoreConnector
 */

defined( 'ABSPATH' ) || exit;

/**
 * What GET wc-storeconnector/v1/status answers: numbers and switches, no address, no secret, nobody's data.
 */
final class StoreConnector_Status {

	/** The job that WooCommerce's queue delivers a webhook with. */
	const DELIVERY = 'woocommerce_deliver_webhook_async';

	/** Webhooks that are looked at. */
	const MAX_WEBHOOKS = 100;

	/**
	 * The whole of it.
	 *
	 * @return array<string,mixed>
	 */
	public static function read() {
		return array(
			'version'           => STORECONNECTOR_VERSION,
			'woocommerce'       => WC()->version,
			'wordpress'         => get_bloginfo( 'version' ),
			'php'               => PHP_VERSION,
			'hpos'              => self::is_hpos(),
			'now_gmt'           => gmdate( 'Y-m-d\TH:i:s' ),
			'connected'         => StoreConnector_Connection::is_connected(),
			'store_id'          => StoreConnector_Connection::store_id(),
			'settings'          => StoreConnector_Settings::all(),
			'consent_versions'  => self::consent_versions(),
			'oldest_pending_s'  => self::oldest_pending( time() ),
			'disabled_webhooks' => self::disabled_webhooks(),
			'cart_mail_senders' => StoreConnector_Cart_Mail_Senders::active(),
		);
	}

	/**
	 * Seconds that the oldest webhook delivery has been waiting. Many: the site's cron does not run.
	 *
	 * @param int $now Unix seconds.
	 * @return int|null Null when none is waiting or nobody can say.
	 */
	private static function oldest_pending( $now ) {
		if ( ! function_exists( 'as_get_scheduled_actions' ) ) {
			return null;
		}
		$waiting = as_get_scheduled_actions(
			array(
				'hook'     => self::DELIVERY,
				'status'   => 'pending',
				'per_page' => 1,
				'orderby'  => 'date',
				'order'    => 'ASC',
			)
		);
		$action  = reset( $waiting );
		$since   = $action ? $action->get_schedule()->get_date() : null;
		return $since ? max( 0, $now - $since->getTimestamp() ) : null;
	}

	/**
	 * Our webhooks that WooCommerce has switched off. Their paths are secret and stay out of it.
	 *
	 * @return array<int,array{id:int,topic:string,status:string}>
	 */
	private static function disabled_webhooks() {
		$found = array();
		foreach ( array( 'disabled', 'paused' ) as $status ) {
			foreach ( self::ours( $status ) as $webhook ) {
				$found[] = array(
					'id'     => $webhook->get_id(),
					'topic'  => $webhook->get_topic(),
					'status' => $webhook->get_status(),
				);
			}
		}
		return $found;
	}

	/**
	 * The webhooks that deliver to our service.
	 *
	 * @param string $status WooCommerce's word, or empty for any.
	 * @return WC_Webhook[]
	 */
	public static function ours( $status = '' ) {
		$query = array( 'limit' => self::MAX_WEBHOOKS );
		if ( '' !== $status ) {
			$query['status'] = $status;
		}
		$ours = array();
		foreach ( (array) WC_Data_Store::load( 'webhook' )->search_webhooks( $query ) as $id ) {
			$webhook = wc_get_webhook( $id );
			if ( $webhook && StoreConnector_Connection::origin_of( $webhook->get_delivery_url() ) === StoreConnector_Connection::origin() ) {
				$ours[] = $webhook;
			}
		}
		return $ours;
	}

	/**
	 * The version of each text that is shown now.
	 *
	 * @return array<string,string>
	 */
	private static function consent_versions() {
		$versions = array();
		foreach ( StoreConnector_Consent::CHANNELS as $channel ) {
			$versions[ $channel ] = StoreConnector_Consent::version( StoreConnector_Consent::text( $channel ) );
		}
		return $versions;
	}

	/**
	 * Whether orders lie in tables of their own.
	 *
	 * @return bool|null Null when WooCommerce cannot say.
	 */
	private static function is_hpos() {
		$util = '\Automattic\WooCommerce\Utilities\OrderUtil';
		return class_exists( $util ) ? (bool) $util::custom_orders_table_usage_is_enabled() : null;
	}
}
