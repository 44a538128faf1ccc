import { register } from '@shopify/web-pixels-extension';
import { start } from './visits.js';

register((api) => start(api));
