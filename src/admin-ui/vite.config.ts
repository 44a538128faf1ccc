import { defineConfig } from 'vite'
import { stand } from './dev/stand.ts'

// One document for every path below /app; assets under /app/assets/ with a hash in their names, so that they may be
// kept for ever. No inline script: the policy of the page takes scripts of its own alone.
export default defineConfig(({ command }) => ({
  base: '/app/',
  plugins: command === 'serve' ? [stand()] : [],
  build: {
    target: 'es2022',
    outDir: 'dist',
    assetsDir: 'assets',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: { port: 5190, host: '127.0.0.1' },
}))
