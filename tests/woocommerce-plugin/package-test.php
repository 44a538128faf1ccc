<?php
/** What ships: words, versions, the zip. */

require_once __DIR__ . '/../../infra/scripts/plugin-zip.php';

/** Name and content of each file of a zip, read by its central list. */
function unzipped( string $zip ): array {
	$end   = unpack( 'Vsign/v4skip/Vsize/Vat', substr( $zip, -22 ) );
	$at    = $end['at'];
	$files = array();
	while ( "PK\x01\x02" === substr( $zip, $at, 4 ) ) {
		$entry          = unpack( 'Vcrc/Vpacked/Vsize/vname/vextra/vnote/vdisk/vinner/Vmode/Voffset', substr( $zip, $at + 16, 30 ) );
		$name           = substr( $zip, $at + 46, $entry['name'] );
		$files[ $name ] = (string) gzinflate( substr( $zip, $entry['offset'] + 30 + $entry['name'], $entry['packed'] ) );
		same( $entry['crc'], crc32( $files[ $name ] ), $name );
		$at += 46 + $entry['name'];
	}
	same( strlen( $zip ) - 22, $at );
	return $files;
}

function test_every_file_can_be_read_by_PHP(): void {
	foreach ( array_merge( glob( PLUGIN . '/*.php' ), glob( PLUGIN . '/includes/*.php' ) ) as $file ) {
		exec( escapeshellarg( PHP_BINARY ) . ' -l ' . escapeshellarg( $file ) . ' 2>&1', $said, $code );
		same( 0, $code, implode( "\n", $said ) );
	}
}

function test_no_word_of_a_newer_PHP_is_used(): void {
	foreach ( array_merge( glob( PLUGIN . '/*.php' ), glob( PLUGIN . '/includes/*.php' ) ) as $file ) {
		// PHP 7.4 has no match, no ?->, no attributes, no promoted properties and no str_contains.
		same( 0, preg_match( '/\?->|\bmatch\s*\(|#\[|\bstr_(contains|starts_with|ends_with)\(|function __construct\(\s*(public|private|readonly)|\benum \w|: (mixed|never|static)\b/', (string) file_get_contents( $file ) ), basename( $file ) );
	}
}

function test_each_file_is_closed_to_visitors(): void {
	foreach ( array_merge( glob( PLUGIN . '/*.php' ), glob( PLUGIN . '/includes/*.php' ) ) as $file ) {
		yes( preg_match( "/defined\( '(ABSPATH|WP_UNINSTALL_PLUGIN)' \) \|\| exit;/", (string) file_get_contents( $file ) ), basename( $file ) );
	}
}

function test_the_version_is_one(): void {
	preg_match( '/\* Version:\s+(\S+)/', file_get_contents( PLUGIN . '/storeconnector.php' ), $header );
	preg_match( '/^Stable tag: (\S+)/m', file_get_contents( PLUGIN . '/readme.txt' ), $readme );
	same( array( STORECONNECTOR_VERSION, STORECONNECTOR_VERSION ), array( $header[1], $readme[1] ) );
}

function test_the_list_of_words_is_up_to_date(): void {
	same( storeconnector_pot(), file_get_contents( PLUGIN . '/languages/storeconnector.pot' ), 'php infra/scripts/plugin-languages.php writes it' );
}

function test_Arabic_lacks_nothing_and_keeps_the_places(): void {
	$said = storeconnector_po( PLUGIN . '/languages/storeconnector-ar.po' );
	foreach ( array_keys( storeconnector_texts() ) as $text ) {
		yes( '' !== ( $said[ $text ] ?? '' ), "lacks: $text" );
		same( substr_count( $text, '%s' ), substr_count( $said[ $text ], '%s' ), $text );
	}
	same( array(), array_diff_key( $said, storeconnector_texts(), array( '' => 1 ) ), 'no longer used' );
}

function test_a_mo_file_holds_what_the_po_file_says(): void {
	$said = storeconnector_po( PLUGIN . '/languages/storeconnector-ar.po' );
	$mo   = storeconnector_mo( $said );
	$head = unpack( 'Vmagic/Vversion/Vcount/Vids/Vtexts', $mo );
	same( array( 0x950412de, 0, count( $said ) ), array( $head['magic'], $head['version'], $head['count'] ) );
	$last = null;
	for ( $i = 0; $i < $head['count']; $i++ ) {
		$id   = unpack( 'Vlength/Vat', substr( $mo, $head['ids'] + 8 * $i, 8 ) );
		$text = unpack( 'Vlength/Vat', substr( $mo, $head['texts'] + 8 * $i, 8 ) );
		$name = substr( $mo, $id['at'], $id['length'] );
		same( $said[ $name ], substr( $mo, $text['at'], $text['length'] ) );
		same( "\0", $mo[ $id['at'] + $id['length'] ] );
		yes( null === $last || strcmp( $last, $name ) < 0, 'in order' );
		$last = $name;
	}
}

function test_the_zip_holds_what_ships_and_is_the_same_each_time(): void {
	$zip   = storeconnector_zip( storeconnector_shipped( '' ) );
	$files = unzipped( $zip );
	same( $zip, storeconnector_zip( storeconnector_shipped( '' ) ) );
	$expected = array( 'readme.txt', 'storeconnector.php', 'uninstall.php', 'languages/storeconnector-ar.mo' );
	foreach ( new RecursiveIteratorIterator( new RecursiveDirectoryIterator( PLUGIN, FilesystemIterator::SKIP_DOTS ) ) as $file ) {
		$expected[] = ltrim( substr( $file->getPathname(), strlen( PLUGIN ) ), '/' );
	}
	$expected = array_values( array_unique( $expected ) );
	sort( $expected, SORT_STRING );
	same( array_map( static fn( $name ) => "storeconnector/$name", $expected ), array_keys( $files ) );
	same( file_get_contents( PLUGIN . '/storeconnector.php' ), $files['storeconnector/storeconnector.php'] );
}

function test_a_zip_can_be_made_for_a_service_of_ones_own(): void {
	$files = storeconnector_shipped( 'https://hooks.shop.example' );
	yes( strpos( $files['storeconnector.php'], "'STORECONNECTOR_DEFAULT_SERVICE_URL', 'https://hooks.shop.example'" ) );
	no( strpos( $files['uninstall.php'], 'connect.example.com' ) );
}

function test_styles_name_no_side(): void {
	same( 0, preg_match( '/\b(left|right)\b|\b(width|height):/', preg_replace( '/--wp[a-z-]+/', '', (string) file_get_contents( PLUGIN . '/assets/admin.css' ) ) ) );
}
