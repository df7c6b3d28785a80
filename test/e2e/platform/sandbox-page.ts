import type { BrowserContextOptions, Page } from 'playwright-core';
import type { TestBrowser } from '#testing/chromium';
import type { TestSandbox } from '#testing/sandbox';

/** Somebody looking at the sandbox, and everything their browser complained about. */
export class SandboxPageVisit {
  /** Console errors (violations of the content policy are such), uncaught errors, failed requests, error answers. */
  readonly problems: string[] = [];

  private constructor(readonly page: Page) {
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.problems.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.problems.push(`uncaught: ${error.message}`));
    page.on('response', (response) => {
      if (response.status() >= 400) this.problems.push(`${String(response.status())} ${response.url()}`);
    });
    page.on('requestfailed', (request) => {
      // A browser stops loading a video when it has enough of it, or leaves.
      const hasEnough = request.resourceType() === 'media' && request.failure()?.errorText === 'net::ERR_ABORTED';
      if (!hasEnough) this.problems.push(`${request.failure()?.errorText ?? 'failed'} ${request.url()}`);
    });
  }

  static async begin({ browser }: TestBrowser, sandbox: TestSandbox, options: BrowserContextOptions): Promise<SandboxPageVisit> {
    const context = await browser.newContext({ baseURL: sandbox.url, timezoneId: 'Asia/Kolkata', ...options });
    context.setDefaultTimeout(15_000);
    return new SandboxPageVisit(await context.newPage());
  }

  async end(): Promise<void> {
    await this.page.context().close();
  }

  /** How far the page reaches beyond the right edge, in pixels. */
  overflow(): Promise<number> {
    return this.page.evaluate<number>('document.scrollingElement.scrollWidth - innerWidth');
  }

  /** Visible texts with less than 4.5:1 between ink and ground (WCAG 2.2 AA); text on pictures is left out. */
  faintTexts(): Promise<string[]> {
    return this.page.evaluate<string[]>(FAINT_TEXTS);
  }
}

// Text for the browser, because our compiler does not know its types.
const FAINT_TEXTS = `(() => {
  const parse = (colour) => { const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number); return { r, g, b, a }; };
  const over = (top, under) => ({ r: top.r * top.a + under.r * (1 - top.a), g: top.g * top.a + under.g * (1 - top.a), b: top.b * top.a + under.b * (1 - top.a), a: 1 });
  const light = ({ r, g, b }) => { const [x, y, z] = [r, g, b].map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * x + 0.7152 * y + 0.0722 * z; };
  const ground = (element) => {
    const colour = element ? parse(getComputedStyle(element).backgroundColor) : { r: 255, g: 255, b: 255, a: 1 };
    return colour.a === 1 ? colour : over(colour, ground(element.parentElement));
  };
  const faint = [];
  for (const element of document.body.querySelectorAll('*')) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
    if (!hasText || !element.checkVisibility() || element.closest('.badge,script,datalist,option')) continue;
    const under = ground(element);
    const [a, b] = [light(over(parse(getComputedStyle(element).color), under)), light(under)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) faint.push(ratio.toFixed(2) + ' ' + element.textContent.trim().slice(0, 40));
  }
  return faint;
})()`;
