/* Hands the page in the frame a token of a minute whenever it asks: to our service's exact origin, and to no other. */
( function ( settings ) {
	'use strict';
	var frame = document.getElementById( 'storeconnector-frame' );
	var failed = document.getElementById( 'storeconnector-failed' );
	var isAsking = false;
	if ( ! settings || ! frame ) {
		return;
	}

	function handOver() {
		return fetch( settings.url, {
			method: 'POST',
			credentials: 'same-origin',
			headers: { 'X-WP-Nonce': settings.nonce },
		} ).then( function ( answer ) {
			if ( ! answer.ok ) {
				throw new Error( String( answer.status ) );
			}
			return answer.json();
		} ).then( function ( body ) {
			failed.hidden = true;
			frame.contentWindow.postMessage( { type: 'storeconnector:token', token: body.token }, settings.origin );
		} );
	}

	window.addEventListener( 'message', function ( event ) {
		if ( event.origin !== settings.origin || event.source !== frame.contentWindow ||
			! event.data || event.data.type !== 'storeconnector:ready' || isAsking ) {
			return;
		}
		isAsking = true;
		handOver().catch( function () {
			failed.textContent = settings.failed;
			failed.hidden = false;
		} ).then( function () {
			isAsking = false;
		} );
	} );

	// It may have been ready before this script was: then it asks again.
	frame.contentWindow.postMessage( { type: 'storeconnector:host' }, settings.origin );
	frame.addEventListener( 'load', function () {
		frame.contentWindow.postMessage( { type: 'storeconnector:host' }, settings.origin );
	} );
}( window.storeconnectorAdmin ) );
