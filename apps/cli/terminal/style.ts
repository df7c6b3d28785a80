import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Node knows whether the terminal shows colours (NO_COLOR and FORCE_COLOR included). */
export function paint(format: Format, text: string): string {
  return process.stdout.isTTY && process.stdout.hasColors() ? styleText(format, text) : text;
}
