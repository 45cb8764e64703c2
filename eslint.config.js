import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

export default defineConfig(
  // The kernel is AssemblyScript, whose own compiler checks it.
  { ignores: ['out/', 'node_modules/', 'src-main/engines/cpu/kernel/'] },
  tseslint.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  // A skipped test prints its reason.
  { files: ['test/**'], rules: { 'no-console': ['error', { allow: ['warn'] }] } },
)
