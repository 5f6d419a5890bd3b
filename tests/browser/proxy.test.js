// Behind a proxy that names the server otherwise than the browser does, and where a script does not come.

import { test, after, before } from 'node:test';
import { once } from 'node:events';
import { createServer, request } from 'node:http';

import { cell, openPage } from './support/browser.js';
import { setup } from './support/setup.js';

const house = setup();
let proxy;

// As `proxy_pass` alone does: to the server it is what it is called there.
before(async () => {
  proxy = createServer((asked, answer) => {
    const headers = { ...asked.headers, host: `127.0.0.1:${house.daemon.port}` };
    const passed = request(house.daemon.url + asked.url, { method: asked.method, headers }, (got) => {
      answer.writeHead(got.statusCode, got.headers);
      got.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    asked.pipe(passed);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
});

after(() => {
  proxy.closeAllConnections();
  proxy.close();
});

test('the page is shown behind any proxy, and says why it may do nothing', async () => {
  const url = `http://127.0.0.1:${proxy.address().port}`;
  const page = await openPage(house.browser, { url });
  await page.getByText('Your move').waitFor();
  await cell(page, 4).click();
  await page.getByText('The server refuses this page.').waitFor();
  await page.getByText(`--allow-origin ${url}`).waitFor();
  await page.check();
});

test('a page whose script is refused is not empty', async () => {
  const arrange = (page) => page.route('**/assets/*.js', (route) => route.fulfill({ status: 403, body: 'no' }));
  const page = await house.open({ arrange });
  await page.getByText('If this does not go away').waitFor();
  await page.check();
});
