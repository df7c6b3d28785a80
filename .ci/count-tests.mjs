// "<passed> <failed>" from Vitest's JSON report and its exit code. What fails outside of a test (a file that cannot be loaded, an
// unhandled rejection, no report at all) is a failure too.
import { existsSync, readFileSync } from 'node:fs';

const [path, exitCode] = process.argv.slice(2);
const nothing = { numPassedTests: 0, numFailedTests: 0, testResults: [] };
const report = path && existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : nothing;
const hasFailedTest = (file) => file.assertionResults.some(({ status }) => status === 'failed');
const brokenFiles = report.testResults.filter((file) => file.status === 'failed' && !hasFailedTest(file));
const failed = report.numFailedTests + brokenFiles.length;
console.log(`${report.numPassedTests} ${failed === 0 && exitCode !== '0' ? 1 : failed}`);
