<?php
/**
 * Packs what plugin-zip says: php infra/scripts/plugin-zip.php OUTPUT [SERVICE_URL]. The same files give the same bytes:
 * names in order, no dates, one mode. PHP's own zip extension is often missing and keeps dates. Source: APPNOTE.TXT 6.3.
 */

declare( strict_types=1 );

require __DIR__ . '/plugin-languages.php';

/** What ships, by its path in the plugin's folder. */
function storeconnector_shipped( string $service ): array {
	$files  = array();
	$source = (string) realpath( STORECONNECTOR_SOURCE );
	foreach ( array( '*.php', 'readme.txt', 'includes/*.php', 'assets/*.js', 'assets/*.css', 'languages/*.pot', 'languages/*.po' ) as $pattern ) {
		foreach ( glob( "$source/$pattern" ) as $file ) {
			$files[ substr( $file, strlen( $source ) + 1 ) ] = str_replace( "\r\n", "\n", (string) file_get_contents( $file ) );
		}
	}
	foreach ( glob( "$source/languages/*.po" ) as $file ) {
		$files[ 'languages/' . basename( $file, '.po' ) . '.mo' ] = storeconnector_mo( storeconnector_po( $file ) );
	}
	if ( '' !== $service ) {
		foreach ( array( 'storeconnector.php', 'uninstall.php' ) as $name ) {
			$files[ $name ] = str_replace( "'https://connect.example.com'", var_export( $service, true ), $files[ $name ], $count );
			if ( 1 !== $count ) {
				throw new RuntimeException( "$name does not name the service once" );
			}
		}
	}
	ksort( $files, SORT_STRING );
	return $files;
}

function storeconnector_zip( array $files ): string {
	$body = '';
	$list = '';
	foreach ( $files as $name => $content ) {
		$name   = "storeconnector/$name";
		$packed = (string) gzdeflate( $content, 9 );
		// Deflated, names in UTF-8, 1 January 1980, which is zip's zero.
		$about  = pack( 'vvvvvVVVvv', 20, 0x0800, 8, 0, 33, crc32( $content ), strlen( $packed ), strlen( $content ), strlen( $name ), 0 );
		$list  .= pack( 'Vv', 0x02014b50, 0x031e ) . $about . pack( 'vvvVV', 0, 0, 0, 0100644 << 16, strlen( $body ) ) . $name;
		$body  .= pack( 'V', 0x04034b50 ) . $about . $name . $packed;
	}
	return $body . $list . pack( 'VvvvvVVv', 0x06054b50, 0, 0, count( $files ), count( $files ), strlen( $list ), strlen( $body ), 0 );
}

if ( realpath( $_SERVER['SCRIPT_FILENAME'] ) === __FILE__ ) {
	file_put_contents( $argv[1], storeconnector_zip( storeconnector_shipped( $argv[2] ?? '' ) ) );
}
