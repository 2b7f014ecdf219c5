/* The emoji that are used most in talks with customers, twelve to a row. */
export const EMOJI = [
  '😀 😄 😊 🙂 😉 😍 🤩 😘 😅 😂 🤣 🥲',
  '😌 😇 🤗 🤔 😮 😢 😭 😔 😟 😬 😴 😎',
  '👍 👎 👌 🙏 👋 🤝 👏 🙌 💪 ✌️ 🤞 👇',
  '❤️ 🧡 💛 💚 💙 💜 💯 ✨ ⭐ 🔥 🎉 🎁',
  '✅ ❌ ⚠️ ❓ ❗ ⏰ ⏳ 📌 📍 📎 📷 📄',
  '📦 🚚 🛵 ✈️ 🏠 🏪 💳 💵 🧾 🛒 📞 💬',
  '☕ 🍵 🍰 🍽️ 🌿 🌸 ☀️ 🌙 🌧️ 🔧 🔑 💡',
].map((row) => row.split(' '))
