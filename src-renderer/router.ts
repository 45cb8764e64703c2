import { createRouter, createWebHashHistory } from 'vue-router'
import CompareView from './views/compare/CompareView.vue'
import DataView from './views/data/DataView.vue'
import LeaderboardView from './views/leaderboard/LeaderboardView.vue'
import RunsView from './views/runs/RunsView.vue'

/** A screen for each entry of the rail. The hash keeps a reload on its screen, in Electron and in a browser. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/data/:id?', name: 'data', component: DataView },
    { path: '/runs/:id?', name: 'runs', component: RunsView },
    { path: '/compare', name: 'compare', component: CompareView },
    { path: '/leaderboard/:id?', name: 'leaderboard', component: LeaderboardView },
    { path: '/:rest(.*)*', redirect: { name: 'data' } },
  ],
})
