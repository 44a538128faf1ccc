// Compiles the e-mail templates: words, direction and language go in ([[ ]]), and MJML becomes HTML that still holds
// {{fields}}, and the [[places]] of the words that a merchant may change: TemplateWords.cs puts those in, by the same
// rules, ours or the merchant's.
// What it writes is committed, so that the service builds without Node.
//
//   node build.mjs            writes ./compiled
//   node build.mjs --to DIR   writes DIR
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, '../../../../..');
const core = path.join(root, 'src/StoreConnector.Core');
const require = createRequire(path.join(root, 'tests/tools/package.json')); // the tools live with the tests
const mjml2html = require('mjml').default ?? require('mjml');
const Handlebars = require('handlebars');

// Each message: its template, whose words it has, and which part of them is its own.
const messages = [
  ...['1', '2', '3'].map(step => (
    { name: `abandoned-cart-${step}`, file: 'abandoned-cart', words: 'Automations/AbandonedCart', part: step })),
  { name: 'price-drop-one', file: 'price-drop-one', words: 'Automations/PriceDrop', part: 'one' },
  { name: 'price-drop-many', file: 'price-drop-many', words: 'Automations/PriceDrop', part: 'many' },
  { name: 'replenishment', file: 'replenishment', words: 'Automations/Replenishment' },
  { name: 'confirm', file: 'confirm', words: 'Messages', part: 'confirm', ours: true }, // no marketing: its words stay
];

const looks = {
  en: {
    lang: 'en', dir: 'ltr', start: 'left', end: 'right', size: '16px', leading: '1.6', footLeading: '1.6',
    font: "-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif",
  },
  ar: {
    lang: 'ar', dir: 'rtl', start: 'right', end: 'left', size: '17px', leading: '1.75', footLeading: '1.8',
    font: "-apple-system,'Segoe UI','Noto Sans Arabic','Geeza Pro',Tahoma,Arial,sans-serif",
  },
};
// The filler keeps a mail program from showing the message's first words after the preheader.
const shared = { h1: '28px', h1small: '25px', filler: '&#847;&zwnj;&nbsp;'.repeat(40) };

const read = file => fs.readFileSync(path.join(here, file), 'utf8');
const copy = (folder, lang) => JSON.parse(fs.readFileSync(path.join(core, folder, `copy.${lang}.json`), 'utf8'));
const escape = s => s.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

const editable = ['subject', 'preheader', 'heading', 'body', 'button', 'note'];

// A value's place in our words, not a block.
const place = /\{\{(?![#/]|else)([^}]+)\}\}/g;
const isolated = (s, lang) => lang === 'ar' ? s.replace(place, '\u2068{{$1}}\u2069') : s;

/**
 * [[key]] our words; [[html:key]] each value in <bdi>, [[text:key]] isolated in plain text; [[iso:field]] one value.
 * The places of keys in `open` stay.
 */
function put(source, words, lang, kind, open = []) {
  return source.replace(/\[\[(?:(html|text|iso):)?([\w.]+)\]\]/g, (whole, how, key) => {
    if (key === 'x' || open.includes(key)) return whole; // x stands in a comment that explains
    const look = { ...looks[lang], ...shared }[key];
    if (look !== undefined && !how) return look;
    if (how === 'iso') return isolated(`{{${key}}}`, lang);
    const text = words[key];
    if (typeof text !== 'string') throw new Error(`no words for ${key} (${lang})`);
    if (how === 'html') return escape(text).replace(place, '<bdi>{{$1}}</bdi>');
    if (how === 'text') return isolated(text, lang);
    return kind === 'html' ? escape(text) : text;
  });
}

const include = file =>
  read(file).replace(/<mj-include path="\.\/([\w.-]+)" \/>/g, (_, part) => include(part));

// [[> part]] alone on its line: a part that text templates share.
const includeText = file => read(file).replace(/^\[\[> ([\w-]+)\]\]\n/gm, (_, part) => includeText(`${part}.hbs.txt`));

const blocks = ['if', 'unless', 'each', 'with'];

/** Only plain values and if, unless, each, with: no helpers, nothing unescaped. */
function check(name, template) {
  const walk = program => program.body.forEach(node => {
    if (node.type === 'MustacheStatement') {
      if (node.params.length || node.escaped === false) throw new Error(`${name}: ${node.path.original} is no plain value`);
    } else if (node.type === 'BlockStatement') {
      if (!blocks.includes(node.path.original)) throw new Error(`${name}: {{#${node.path.original}}}`);
      [node.program, node.inverse].filter(Boolean).forEach(walk);
    } else if (!['ContentStatement', 'CommentStatement'].includes(node.type)) {
      throw new Error(`${name}: ${node.type}`);
    }
  });
  walk(Handlebars.parse(template));
  return template;
}

async function html(file, words, lang, open) {
  // fonts: MJML would fetch Roboto from elsewhere as soon as a list of fonts names it.
  const source = put(include(`${file}.mjml`), words, lang, 'html', open);
  const out = await mjml2html(source, { validationLevel: 'strict', keepComments: true, minify: false, fonts: {} });
  if (out.errors?.length) throw new Error(JSON.stringify(out.errors));
  // Our own comments explain the source; only Outlook's conditional ones are for the reader's machine.
  return out.html.replace(/<!-- [^[]*?-->\n?/g, comment => comment === '<!-- -->' ? comment : '')
    .replace(/^\s+/gm, '').replace(/\n{2,}/g, '\n').trimEnd() + '\n';
}

const to = process.argv.includes('--to') ? process.argv[process.argv.indexOf('--to') + 1] : path.join(here, 'compiled');
fs.mkdirSync(to, { recursive: true });
for (const { name, file, words: folder, part, ours } of messages) {
  const open = ours ? [] : editable;
  for (const lang of Object.keys(looks)) {
    const own = copy(folder, lang);
    const words = { ...copy('Messages', lang), ...own, ...own[part] };
    const write = (ext, text) => {
      check(`${name}.${ext}`, put(text, words, lang, ext === 'html' ? 'html' : 'text'));
      fs.writeFileSync(path.join(to, `${name}.${lang}.${ext}`), text);
    };
    write('html', await html(file, words, lang, open));
    write('txt', put(includeText(`${file}.hbs.txt`), words, lang, 'text', open));
    if (ours) write('subject', put('[[subject]]', words, lang, 'text') + '\n');
  }
}
