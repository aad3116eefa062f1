// What code must look like beyond Prettier's layout. Type-aware rules run where promises can be lost: src-main and tests.
import js from '@eslint/js'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'
import svelteConfig from './svelte.config.js'

const unusedStartsWithUnderscore = {
  argsIgnorePattern: '^_',
  varsIgnorePattern: '^_',
  caughtErrorsIgnorePattern: '^_',
  ignoreRestSiblings: true,
}

export default ts.config(
  { ignores: ['node_modules/', 'out/', 'dist/', '.runtime/', '.cache/', 'test-results/', 'tests/e2e/shots/'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'], location: 'start' }],
      '@typescript-eslint/no-unused-vars': ['error', unusedStartsWithUnderscore],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
    },
  },
  {
    files: ['src-main/**/*.ts', 'tests/**/*.ts'],
    languageOptions: { globals: globals.node, parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['tests/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }], // how a Playwright fixture says that it needs none
    },
  },
  {
    // A start file may hold what only its solution uses.
    files: ['lessons/**/*.ts'],
    rules: { '@typescript-eslint/no-unused-vars': 'off' },
  },
  {
    // A log line, or a tile's words, may hold any character that a terminal can send.
    rules: { 'no-control-regex': 'off' },
  },
  {
    files: ['scripts/**/*.{mjs,cjs,js}', 'tests/**/*.mjs', '*.js', '*.ts'],
    languageOptions: { globals: globals.node },
  },
  {
    // The stand-in for Electron's default app is loaded by Electron as CommonJS.
    files: ['scripts/default-app/*.js', '**/*.cjs'],
    languageOptions: { sourceType: 'commonjs' },
    rules: { '@typescript-eslint/no-require-imports': 'off', 'svelte/no-inner-declarations': 'off' },
  },
  {
    files: ['src-renderer/**/*.{ts,svelte}', 'src-renderer/**/*.svelte.ts'],
    languageOptions: { globals: globals.browser },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
    rules: {
      // Props are read with let { … } = $props(), some of them bindable.
      'prefer-const': 'off',
      // Long lists and tables are plain Maps in $state.raw, replaced as a whole when a push arrives.
      'svelte/prefer-svelte-reactivity': 'off',
      // It takes the words of a reason beside the ignored code for codes; svelte-check reports unused ones.
      'svelte/no-unused-svelte-ignore': 'off',
    },
  },
)
