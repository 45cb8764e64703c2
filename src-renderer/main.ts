import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { z } from 'zod'
import App from './App.vue'
import { router } from './router.ts'
import './styles/tokens.css'
import './styles/base.css'

// The content security policy forbids code made at run time, which zod would try.
z.config({ jitless: true })

createApp(App).use(createPinia()).use(router).mount('#app')
