import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { HELP_PAGES, helpPage } from '../../console/test/help-pages.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { type Answer, call } from './token-client.ts';

describe('the pages of help in the console', () => {
  let home: TestHome;
  let server: RunningCountersign;
  const answers = new Map<string, Promise<Answer>>();

  before(async () => {
    home = await createTestHome();
    server = await home.start();
  });
  after(async () => {
    await server?.stop();
    await home?.remove();
  });

  const url = (page: string) => new URL(page, `${home.issuer}/console/help/`);

  function ask(page: URL): Promise<Answer> {
    const { href } = new URL(page.pathname, page);
    const asked = answers.get(href) ?? call(href);
    answers.set(href, asked);
    return asked;
  }

  async function has(page: URL): Promise<string> {
    const { status, headers, text } = await ask(page);
    assert.equal(status, 200, page.href);
    assert.match(String(headers['content-type']), /^text\/html/, page.href);
    assert.match(text, /<h1 id="[^"]+">[^<]/, page.href);
    if (page.hash !== '')
      assert.ok(text.includes(`id="${decodeURIComponent(page.hash.slice(1))}"`), page.href);
    return text;
  }

  test('there is one for every place, and it answers', async () => {
    for (const page of Object.values(HELP_PAGES)) await has(url(page));
    assert.equal(helpPage([]), HELP_PAGES['']);
    assert.equal(helpPage(['clients']), HELP_PAGES.clients);
    assert.equal(helpPage(['clients', 'add']), HELP_PAGES['clients/add']);
    assert.equal(helpPage(['clients', 'wombat']), HELP_PAGES['clients/*']);
    assert.equal(helpPage(['clients', 'wombat', 'edit']), HELP_PAGES['clients/*/edit']);
    assert.equal(helpPage(['trust', 'wombat']), HELP_PAGES.trust);
    assert.equal(helpPage(['no', 'such', 'place']), 'index.html');
    assert.equal(helpPage(['constructor']), 'index.html');
    assert.equal((await call(url('no-such-page.html').href)).status, 404);
  });

  test('every link from page to page leads somewhere, and a page loads nothing but its style', async () => {
    const { status, text: index } = await ask(url('index.html'));
    assert.equal(status, 200);
    const seen = new Set<string>();
    const waiting = [url('index.html')];
    for (let page = waiting.pop(); page; page = waiting.pop()) {
      if (seen.has(page.pathname)) continue;
      seen.add(page.pathname);
      const { text, headers } = await ask(page);
      assert.match(String(headers['content-security-policy']), /default-src 'none'.*script-src 'self'/);
      assert.doesNotMatch(text, /<script|<img|<iframe|\sstyle=|\son[a-z]+=/, page.href);
      const styles = Array.from(
        text.matchAll(/<link rel="stylesheet" href="([^"]+)">/g),
        ([, href = '']) => href,
      );
      assert.equal(styles.length, 1);
      const style = await ask(new URL(styles[0] ?? '', page));
      assert.match(String(style.headers['content-type']), /^text\/css/);
      for (const [, href = ''] of text.matchAll(/<a href="([^"]+)"/g)) {
        const linked = new URL(href.replaceAll('&amp;', '&'), page);
        if (linked.origin !== page.origin) continue;
        if (linked.pathname !== url('index.html').pathname) await has(linked);
        waiting.push(linked);
      }
    }
    assert.ok(index.includes('>Trust stores of one node and of many<'));
    assert.ok(seen.size > 50, `${seen.size} pages`);
  });
});
