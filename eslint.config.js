import js from '@eslint/js'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'
import svelteConfig from './svelte.config.js'

const exported = 'Name what is exported; default exports and `export *` hide where things come from.'

export default ts.config(
  { ignores: ['out/', 'dist/', '.venv/', 'resources/', 'test/fixtures/', 'model/runs/'] },
  js.configs.recommended,
  ts.configs.recommended,
  svelte.configs.recommended,
  { files: ['**/*.mjs', '*.js', 'bin/**'], languageOptions: { globals: globals.node } },
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'model/**/*.ts'],
    extends: [ts.configs.recommendedTypeCheckedOnly],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/explicit-function-return-type': ['error', { allowExpressions: true }],
    },
  },
  {
    files: ['src/**/*.svelte', 'src/**/*.svelte.ts'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
    rules: {
      'svelte/no-at-html-tags': 'error',
      'svelte/button-has-type': 'error',
      // Maps and sets of caches and queues are kept out of runes on purpose.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    files: ['src/**', 'test/**', 'model/**/*.ts'],
    rules: {
      'no-undef': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 400, skipComments: false }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: exported },
        { selector: 'ExportDefaultDeclaration', message: exported },
        {
          selector: "CallExpression[callee.property.name='getImageData']",
          message: 'Typed arrays are the truth; a canvas is never read.',
        },
      ],
    },
  },
)
