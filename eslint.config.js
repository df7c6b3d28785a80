// Errors only: a warning is a decision nobody took. Each rule of ours has a planted violation in test/architecture/lint.spec.ts.
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const specs = ['**/*.spec.ts', '**/*.fixture.ts', 'test/**/*.ts'];

/** `no-restricted-syntax` of a later block replaces that of an earlier one, so the parts are named and put together. */
const syntax = {
  doubleCast: {
    selector: 'TSAsExpression > TSAsExpression.expression[typeAnnotation.type="TSUnknownKeyword"]',
    message: '`as unknown as` tells the compiler a lie. Check the value, or type where it comes from.',
  },
  defaultExport: { selector: 'ExportDefaultDeclaration', message: 'Named exports only: a thing has one name everywhere.' },
  batchedRead: {
    selector: 'CallExpression[callee.property.name=/^findUnique/]',
    message: 'Prisma puts findUnique calls of several requests into one statement, which then speaks for one of their workspaces. Use findFirst.',
  },
  canParse: {
    selector: 'CallExpression[callee.object.name="URL"][callee.property.name="canParse"]',
    message: 'URL.canParse of Node 20 refuses every ä once it has been called often. Use parseUrl.',
  },
  environment: {
    selector: 'MemberExpression[property.name="env"][object.property.name="process"]',
    message: 'Only libs/infra/config reads the environment: take Settings.',
  },
};
const everywhere = Object.values(syntax);
const networkInFeature = ['Literal[raw=/instagram/i]', 'TemplateElement[value.raw=/instagram/i]', 'Identifier[name=/instagram/i]'].map((selector) => ({
  // What the API's documentation shows as an example is prose; imports are the business of .dependency-cruiser.mjs.
  selector: `${selector}:not(CallExpression[callee.name=/^Api[A-Z]/] *):not(ImportDeclaration *)`,
  message: 'A feature names no network: ask the port for the capability.',
}));

const httpExceptions = [
  'HttpException', 'BadRequestException', 'UnauthorizedException', 'ForbiddenException', 'NotFoundException', 'ConflictException',
  'UnprocessableEntityException', 'InternalServerErrorException', 'ServiceUnavailableException',
];
const imports = {
  forwardRef: { name: '@nestjs/common', importNames: ['forwardRef'], message: 'Two modules that need each other are one module, or three.' },
  environment: { name: 'node:process', message: 'Only libs/infra/config reads the environment: take Settings.' },
};
const withoutHttp = {
  name: '@nestjs/common',
  importNames: [...imports.forwardRef.importNames, ...httpExceptions],
  message: 'Throw an AppError: status and worker policy follow from the catalogue.',
};

export default defineConfig(
  { ignores: ['dist/', 'node_modules/', '.heliograph/', '.cache/', 'coverage/', 'libs/infra/database/generated/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    rules: {
      eqeqeq: 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme'], location: 'anywhere' }],
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60 }],
      'no-constant-binary-expression': 'error',
      'no-self-compare': 'error',
      'no-unreachable-loop': 'error',
      'no-template-curly-in-string': 'error',
      'no-restricted-syntax': ['error', ...everywhere],
      'no-restricted-imports': ['error', { paths: [imports.forwardRef, imports.environment] }],
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: imports.environment.message }],
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/max-params': ['error', { max: 6 }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // An async function turns a throw into a rejection, which is what an interface that answers a promise wants.
      '@typescript-eslint/require-await': 'off',
    },
  },
  { files: ['libs/**/*.ts'], rules: { 'no-console': 'error' } },
  {
    files: ['libs/features/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...everywhere, ...networkInFeature],
      'no-restricted-imports': ['error', { paths: [withoutHttp, imports.environment] }],
    },
  },
  {
    // Samples of events are what the documentation shows, too.
    files: ['libs/features/events/catalogue/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...everywhere] },
  },
  {
    files: specs,
    rules: {
      'max-lines': ['error', { max: 500 }],
      'max-lines-per-function': 'off',
      '@typescript-eslint/max-params': 'off',
      // Vitest types `expect.any()` and its siblings as any.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      // A test may name the networks it is about.
      'no-restricted-syntax': ['error', ...everywhere],
    },
  },
  // The environment's one door.
  { files: ['libs/infra/config/*.ts'], rules: { 'no-restricted-properties': 'off' } },
  { files: ['*.config.{js,ts}', '.*.mjs'], rules: { 'no-restricted-syntax': ['error', syntax.doubleCast, syntax.environment] } },
);
