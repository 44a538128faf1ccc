// Shows the golden e-mails in Chromium, light and dark, at 640 and 360 pixels; also with pictures blocked and with every
// style sheet removed. It fails when something scrolls sideways, runs out of its box or cannot be read, and writes the
// pictures of docs/messages.
//
//   node pictures.mjs             looks at all, writes docs/messages/*.png
//   node pictures.mjs --check     looks only
//   node pictures.mjs --to DIR    writes every message in every look to DIR
//
// CHROMIUM names the browser; default /usr/bin/chromium. Arabic needs a font: fonts-noto-core.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const golden = path.join(root, 'tests/StoreConnector.Tests/Golden/messages');
const fixtures = path.join(root, 'tests/StoreConnector.Tests/Fixtures/pictures');
const docs = path.join(root, 'docs/messages');
const maxBytes = 150 * 1024;

// What docs/messages shows: message, language, width, mode.
const kept = `
cart-1 en 640 light, cart-1 en 640 dark, cart-1 en 360 light, cart-1 ar 640 light, cart-1 ar 360 dark,
cart-3 en 640 light, cart-3 ar 360 light, price-drop en 640 light, price-drop ar 360 dark,
price-drops en 360 dark, price-drops ar 640 light, reorder en 640 light, reorder ar 640 dark, reorder ar 360 light
`.split(/[,\n]/).map(s => s.trim().replaceAll(' ', '-')).filter(Boolean);

/** Speaks with one browser over its debugging pipe: no port, no package. */
class Browser {
  #process; #profile; #next = 1; #rest = ''; #waiting = new Map(); #heard = [];

  constructor() {
    this.#profile = fs.mkdtempSync(path.join(os.tmpdir(), 'pictures-'));
    this.#process = spawn(process.env.CHROMIUM ?? '/usr/bin/chromium', [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync', '--hide-scrollbars',
      '--host-resolver-rules=MAP * ~NOTFOUND', // nothing is fetched from anywhere
      `--user-data-dir=${this.#profile}`, '--remote-debugging-pipe', 'about:blank',
    ], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    this.#process.stdio[4].setEncoding('utf8').on('data', text => this.#hear(text));
  }

  #hear(text) {
    const parts = (this.#rest + text).split('\0');
    this.#rest = parts.pop();
    for (const message of parts.map(part => JSON.parse(part))) {
      if (message.id) {
        const { resolve, reject } = this.#waiting.get(message.id);
        this.#waiting.delete(message.id);
        message.error ? reject(new Error(message.error.message)) : resolve(message.result);
      } else {
        this.#heard = this.#heard.filter(one => !(one.method === message.method && (one.resolve(), true)));
      }
    }
  }

  call(method, params = {}, sessionId = undefined) {
    const id = this.#next++;
    this.#process.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + '\0');
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  hear(method) { return new Promise(resolve => this.#heard.push({ method, resolve })); }

  async page() {
    const { targetId } = await this.call('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.call('Target.attachToTarget', { targetId, flatten: true });
    const call = (method, params) => this.call(method, params, sessionId);
    await call('Page.enable');
    return call;
  }

  async close() {
    const closed = new Promise(resolve => this.#process.once('exit', resolve));
    await this.call('Browser.close').catch(() => {});
    await closed;
    fs.rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

const data = (name, address) => {
  const file = ['jpg', 'png'].map(type => path.join(fixtures, `${name}.${type}`)).find(fs.existsSync);
  if (!file) return address; // the tests' own made-up ones
  return `data:image/${file.endsWith('jpg') ? 'jpeg' : 'png'};base64,${fs.readFileSync(file, 'base64')}`;
};
const withPictures = html => html.replace(/https:\/\/cdn\.example\.com\/([\w-]+)\.png/g, (address, name) => data(name, address));
const withoutStyles = html => html.replace(/<style[\s\S]*?<\/style>/g, '');

/** Runs in the page: how wide it is, and what cannot be read or runs out of its box. */
function look(minContrast) {
  const channels = text => (text.match(/[\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const wrong = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement, text = walker.currentNode.data.trim();
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const box = range.getBoundingClientRect();
    if (!text || !element.checkVisibility({ opacityProperty: true }) || box.height < 2) continue;
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (size < 10) continue; // the preheader and fillers are not for the eye
    const measured = contrast(channels(getComputedStyle(element).color), ground(element));
    if (measured < minContrast) wrong.push(`"${text.slice(0, 30)}" has a contrast of ${measured.toFixed(1)}`);
    if (box.left < -0.5 || box.right > innerWidth + 0.5) wrong.push(`"${text.slice(0, 30)}" runs out of the page`);
  }
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) wrong.push(`it is ${root.scrollWidth} wide on a screen of ${innerWidth}`);
  return { wrong, height: root.scrollHeight };
}

const args = process.argv.slice(2), only = args.includes('--check');
const all = args.includes('--to') ? args[args.indexOf('--to') + 1] : null;
const browser = new Browser();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mails-'));
let failures = 0;
try {
  const call = await browser.page();
  const show = async (html, width, mode) => {
    const file = path.join(folder, 'mail.html');
    fs.writeFileSync(file, html);
    await call('Emulation.setDeviceMetricsOverride', { width, height: 800, deviceScaleFactor: 1, mobile: width < 500 });
    await call('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: mode }] });
    const loaded = browser.hear('Page.loadEventFired');
    await call('Page.navigate', { url: `file://${file}` });
    await loaded;
    const { result, exceptionDetails } = await call('Runtime.evaluate',
      { expression: `(${look})(4.5)`, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception.description);
    return result.value;
  };
  const picture = async (width, height, to) => {
    const { data: base64 } = await call('Page.captureScreenshot',
      { captureBeyondViewport: true, clip: { x: 0, y: 0, width, height, scale: 1 } });
    const bytes = Buffer.from(base64, 'base64');
    fs.writeFileSync(to, bytes);
    return bytes.length;
  };
  const report = (name, wrong) => {
    failures += wrong.length;
    for (const what of wrong) console.log(`${name}: ${what}`);
  };

  if (all) fs.mkdirSync(all, { recursive: true });
  fs.mkdirSync(docs, { recursive: true });
  for (const file of fs.readdirSync(golden).filter(f => /^(cart|price|reorder|confirm-mail).*\.html$/.test(f))) {
    const [message, language] = file.split('.'), html = fs.readFileSync(path.join(golden, file), 'utf8');
    const looks = [['light', 640], ['light', 360], ['dark', 640], ['dark', 360]];
    for (const [mode, width] of looks) {
      const name = `${message}-${language}-${width}-${mode}`;
      const seen = await show(withPictures(html), width, mode);
      report(name, seen.wrong);
      if (all) await picture(width, seen.height, path.join(all, `${name}.png`));
      else if (!only && kept.includes(name)) {
        const bytes = await picture(width, seen.height, path.join(docs, `${name}.png`));
        if (bytes > maxBytes) report(name, [`the picture has ${bytes} bytes; ${maxBytes} may be`]);
      }
    }
    for (const width of [640, 360]) {
      const blocked = await show(html, width, 'light');
      report(`${file} at ${width}, pictures blocked`, blocked.wrong);
      if (all) await picture(width, blocked.height, path.join(all, `${message}-${language}-${width}-blocked.png`));
      const plain = await show(withoutStyles(withPictures(html)), width, 'light');
      report(`${file} at ${width}, no styles`, plain.wrong);
      if (all) await picture(width, plain.height, path.join(all, `${message}-${language}-${width}-plain.png`));
    }
  }
} finally {
  await browser.close();
  fs.rmSync(folder, { recursive: true, force: true });
}
console.log(failures === 0 ? 'Nothing scrolls sideways, nothing is too pale.' : `${failures} findings.`);
process.exitCode = failures === 0 ? 0 : 1;
