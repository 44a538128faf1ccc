<?php // Where WordPress keeps dbDelta; the stub is in wordpress.php.
