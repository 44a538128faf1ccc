<?php
/**
 * Runs the companion plugin's tests by PHP alone: php tests/woocommerce-plugin/run.php
 * Each function of the *-test.php files whose name begins with test_ is one; each begins in a new WordPress.
 * With UPDATE_FIXTURES=1 the fixtures that C# reads are written anew instead of compared.
 */

declare( strict_types=1 );

error_reporting( E_ALL );
set_error_handler( static function ( int $level, string $what, string $file, int $line ): bool {
	throw new ErrorException( $what, 0, $level, $file, $line );
} );

const PLUGIN   = __DIR__ . '/../../src/woocommerce-plugin';
const FIXTURES = __DIR__ . '/../StoreConnector.Tests/Fixtures/woocommerce';

require __DIR__ . '/wordpress.php';
require __DIR__ . '/woocommerce.php';
require PLUGIN . '/storeconnector.php';

function same( $expected, $actual, string $why = '' ): void {
	if ( $expected !== $actual ) {
		throw new Exception( "$why\n    expected " . var_export( $expected, true ) . "\n    but was  " . var_export( $actual, true ) );
	}
}

function yes( $value, string $why = '' ): void {
	same( true, (bool) $value, $why );
}

function no( $value, string $why = '' ): void {
	same( false, (bool) $value, $why );
}

/** A fixture that the service's own tests read too: what the plugin makes must be exactly it. */
function fixture( string $name, $made ): void {
	$text = json_encode( $made, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE ) . "\n";
	$file = FIXTURES . "/companion-$name.json";
	if ( getenv( 'UPDATE_FIXTURES' ) ) {
		file_put_contents( $file, $text );
	}
	same( (string) @file_get_contents( $file ), $text, "companion-$name.json is another: UPDATE_FIXTURES=1 writes it" );
}

foreach ( glob( __DIR__ . '/*-test.php' ) as $file ) {
	require $file;
}

$passed = 0;
$failed = 0;
foreach ( get_defined_functions()['user'] as $name ) {
	if ( 0 !== strpos( $name, 'test_' ) ) {
		continue;
	}
	try {
		begin();
		$name();
		++$passed;
	} catch ( Throwable $e ) {
		++$failed;
		echo "FAILED $name\n  {$e->getMessage()}\n  " . basename( $e->getFile() ) . ":{$e->getLine()}\n";
	}
}
echo "$passed passed, $failed failed\n";
exit( $failed > 0 || 0 === $passed ? 1 : 0 );
