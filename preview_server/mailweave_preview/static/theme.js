// Runs before the page is drawn, so that it never flashes in the other colours.
try {
  const theme = localStorage.getItem("mailweave-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch { /* no storage: as the system */ }
