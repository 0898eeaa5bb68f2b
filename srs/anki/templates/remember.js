var question = document.querySelector(".question"), text = question.textContent, store = window;
  try { sessionStorage.srs = sessionStorage.srs || "[]"; store = sessionStorage; } catch (error) {}
  function remember(made) { // what the front made, also on the back; null where another card was shown before
    var kept = JSON.parse(store.srs || "[]");
    if (document.querySelector(".back")) return kept[0] === text ? kept[1] : null;
    store.srs = JSON.stringify([text, made]);
    return made;
  }
