<?php
/**
 * The companion plugin's words: php infra/scripts/plugin-languages.php writes languages/storeconnector.pot anew and says
 * what a translation lacks. plugin-zip compiles the .mo files with it. PHP alone: a machine may have no gettext.
 */

declare( strict_types=1 );

const STORECONNECTOR_SOURCE = __DIR__ . '/../../src/woocommerce-plugin';

/** Each text of the plugin with the files it stands in and what its translator is told, in order. */
function storeconnector_texts(): array {
	$texts = array();
	$files = array_merge( glob( STORECONNECTOR_SOURCE . '/*.php' ), glob( STORECONNECTOR_SOURCE . '/includes/*.php' ) );
	foreach ( $files as $file ) {
		$note   = '';
		$tokens = array_values( array_filter(
			token_get_all( (string) file_get_contents( $file ) ),
			static fn( $token ) => ! is_array( $token ) || T_WHITESPACE !== $token[0]
		) );
		foreach ( $tokens as $i => $token ) {
			if ( is_array( $token ) && T_COMMENT === $token[0] && preg_match( '/translators: (.*?)\s*\*\//', $token[1], $found ) ) {
				$note = $found[1];
			}
			if ( ! is_array( $token ) || T_STRING !== $token[0] || ! in_array( $token[1], array( '__', 'esc_html__' ), true )
				|| '(' !== $tokens[ $i + 1 ] || ! is_array( $tokens[ $i + 2 ] ) || T_CONSTANT_ENCAPSED_STRING !== $tokens[ $i + 2 ][0] ) {
				continue;
			}
			$text                    = str_replace( array( "\\'", '\\\\' ), array( "'", '\\' ), substr( $tokens[ $i + 2 ][1], 1, -1 ) );
			$texts[ $text ]['in'][]  = substr( (string) realpath( $file ), strlen( (string) realpath( STORECONNECTOR_SOURCE ) ) + 1 );
			$texts[ $text ]['note']  = '' !== $note ? $note : ( $texts[ $text ]['note'] ?? '' );
			$note                    = '';
		}
	}
	return $texts;
}

/** The .pot: no dates, so that it changes with its words alone. */
function storeconnector_pot(): string {
	$pot = "# Copyright StoreConnector. GPL-2.0-or-later, as the plugin.\nmsgid \"\"\nmsgstr \"\"\n"
		. "\"Project-Id-Version: StoreConnector for WooCommerce\\n\"\n\"MIME-Version: 1.0\\n\"\n"
		. "\"Content-Type: text/plain; charset=UTF-8\\n\"\n\"Content-Transfer-Encoding: 8bit\\n\"\n\"X-Domain: storeconnector\\n\"\n";
	foreach ( storeconnector_texts() as $text => $about ) {
		$pot .= "\n" . ( '' !== $about['note'] ? "#. translators: {$about['note']}\n" : '' )
			. '#: ' . implode( ' ', array_unique( $about['in'] ) ) . "\n"
			. ( false !== strpos( $text, '%s' ) ? "#, php-format\n" : '' )
			. 'msgid ' . storeconnector_quote( $text ) . "\nmsgstr \"\"\n";
	}
	return $pot;
}

function storeconnector_quote( string $text ): string {
	return '"' . addcslashes( $text, "\"\\\n" ) . '"';
}

/** What a .po says: text and translation; the header under "". */
function storeconnector_po( string $file ): array {
	$said = array();
	$id   = null;
	$into = '';
	foreach ( file( $file, FILE_IGNORE_NEW_LINES ) as $line ) {
		if ( ! preg_match( '/^(msgid |msgstr |)"(.*)"$/', $line, $found ) ) {
			continue;
		}
		$text = stripcslashes( $found[2] );
		if ( 'msgid ' === $found[1] ) {
			$id   = $text;
			$into = 'id';
		} elseif ( 'msgstr ' === $found[1] ) {
			$said[ $id ] = $text;
			$into        = 'str';
		} elseif ( 'id' === $into ) {
			$id .= $text;
		} else {
			$said[ $id ] .= $text;
		}
	}
	return $said;
}

/** The .mo of it. Source: gettext's manual, "The Format of GNU MO Files". */
function storeconnector_mo( array $said ): string {
	$said = array_filter( $said, static fn( $text ) => '' !== $text );
	ksort( $said, SORT_STRING );
	$count  = count( $said );
	$at     = 28 + 16 * $count;
	$tables = array( '', '' );
	$bytes  = array( '', '' );
	foreach ( array( array_map( 'strval', array_keys( $said ) ), array_values( $said ) ) as $side => $texts ) {
		foreach ( $texts as $text ) {
			$tables[ $side ] .= pack( 'VV', strlen( $text ), $at );
			$bytes[ $side ]  .= $text . "\0";
			$at              += strlen( $text ) + 1;
		}
	}
	return pack( 'VVVVVVV', 0x950412de, 0, $count, 28, 28 + 8 * $count, 0, 28 + 16 * $count ) . implode( $tables ) . implode( $bytes );
}

if ( realpath( $_SERVER['SCRIPT_FILENAME'] ) === __FILE__ ) {
	file_put_contents( STORECONNECTOR_SOURCE . '/languages/storeconnector.pot', storeconnector_pot() );
	foreach ( glob( STORECONNECTOR_SOURCE . '/languages/*.po' ) as $file ) {
		foreach ( array_diff_key( storeconnector_texts(), array_filter( storeconnector_po( $file ) ) ) as $text => $about ) {
			echo basename( $file ) . " lacks: $text\n";
		}
	}
}
