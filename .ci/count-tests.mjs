// "<passed> <failed>" from Vitest's JSON report and its exit code. What fails outside of a test (a file that cannot be loaded, an
// unhandled rejection, no report at all) is a failure too.
import { existsSync, readFileSync } from 'node:fs';

const [path, exitCode] = process.argv.slice(2);
const report = path && existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { numPassedTests: 0, numFailedTests: 0, testResults: [] };
const brokenFiles = report.testResults.filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'));
const failed = report.numFailedTests + brokenFiles.length;
console.log(`${report.numPassedTests} ${failed === 0 && exitCode !== '0' ? 1 : failed}`);
