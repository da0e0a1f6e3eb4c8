// The few texts of the page in two languages; Portuguese unless the browser prefers English.
const pt = {
  title: "Simulador do WhatsApp", subtitle: "Faz o papel da Meta e dos clientes", retry: "Tentar agora",
  phones: "Celulares", calls: "Chamadas", faults: "Falhas", number: "Número da empresa",
  phones_title: "Celulares dos clientes", calls_title: "O que a plataforma chamou", faults_title: "Falhas de propósito",
  only_sends: "Só envios", no_calls: "Nenhuma chamada ainda. Quando a plataforma enviar, ler ou consultar algo, aparece aqui.",
  normal: "Voltar ao normal", offline: "O simulador não responde. Tentando de novo…",
  write: "Mensagem", send: "Enviar como cliente",
  more: "Enviar outra coisa", cancel: "Cancelar", reply: "Responder", edit: "Editar", delete: "Apagar", tools: "O que fazer com a mensagem",
  revoked: "Mensagem apagada", edited: "editada", from_phone: "digitada no celular", save: "Salvar o arquivo",
  menu_send: "Enviar", menu_happens: "Acontece", menu_photo: "Foto", menu_screenshot: "Print", menu_voice: "Voz", menu_audio: "Áudio",
  menu_video: "Vídeo", menu_document: "PDF", menu_sticker: "Figurinha", menu_sticker_moving: "Animada", menu_place: "Local", menu_card: "Contato", menu_own_card: "Meu telefone",
  menu_order: "Pedido", menu_form: "Formulário", menu_from_ad: "Do anúncio", menu_product: "Produto", menu_forwarded: "Encaminhada", menu_poll: "Enquete",
  menu_call_missed: "Ligar e desistir", menu_call_answered: "Ligar, falar 15 s", menu_stop: "Parar ofertas", menu_resume: "Querer ofertas",
  menu_new_number: "Trocar de número", menu_echo: "Loja pelo celular",
  from_ad_text: "Oi! Vi o anúncio e quero saber mais", product_text: "Esse tem em azul?", forwarded_text: "Olha essa promoção, repassem!",
  echo_text: "Respondendo aqui pelo celular da loja",
  news_title: "Avisos da Meta", news_template_paused: "Modelo pausado", news_template_rejected: "Modelo recusado", news_template_approved: "Modelo aprovado",
  news_number_flagged: "Qualidade caiu", news_number_unflagged: "Qualidade voltou", news_number_upgraded: "Limite subiu",
  typing: "digitando…", online: "conta comercial", today: "Hoje",
  empty_chat: "Nenhuma conversa ainda. Escreva como {name} para começar.", undelivered: "não chegou",
  webhook_none: "nenhum aviso entregue ainda", webhook_good: "webhook responde em {ms} ms", webhook_paused: "avisos em pausa: {pending} à espera",
  webhook_bad: "webhook não responde: {pending} à espera", webhook_status: "webhook respondeu {status}: {pending} à espera",
  asked: "Pedido", answered: "Resposta", no_answer: "sem resposta", cut: "conexão cortada", to: "para",
  kind_text: "Texto", kind_template: "Modelo", kind_read: "Marcou como lida", kind_typing: "Leu e está digitando", kind_image: "Foto",
  kind_video: "Vídeo", kind_audio: "Áudio", kind_document: "Documento", kind_sticker: "Figurinha", kind_interactive: "Mensagem com botões",
  kind_reaction: "Reação", kind_location: "Localização", kind_contacts: "Contato", kind_message: "Mensagem", kind_phone_numbers: "Consultou os números",
  kind_message_templates: "Consultou os modelos", kind_subscribed_apps: "Assinatura de avisos", kind_number: "Consultou um número", kind_account: "Consultou a conta",
  "kind_media.upload": "Enviou um arquivo", "kind_media.read": "Pediu o endereço de um arquivo", "kind_media.delete": "Apagou um arquivo",
  "kind_template.create": "Criou um modelo", "kind_template.delete": "Apagou um modelo",
  preset_slow: "Meta lenta", preset_shaky: "Meta instável", preset_down: "Meta fora do ar", preset_silent: "Sem avisos",
  group_speed: "Velocidade", group_answers: "Respostas aos envios", group_limits: "Limites", group_webhooks: "Avisos (webhooks)", group_window: "Janela de 24 h",
  latency_ms: "Tempo de resposta", latency_ms_note: "mediana, em milissegundos", jitter: "Variação", jitter_note: "0 = sempre igual",
  error_code: "Recusar com o erro", error_probability: "Com que frequência", timeout_after_accepting: "Aceitar e nunca responder", drop_response: "Aceitar e cortar a conexão",
  http_5xx_html: "Página de erro 502", phone_number_id: "Só neste número", count: "Só nas próximas", count_note: "chamadas; vazio = sem fim",
  throttle_per_second: "Envios por segundo", throttle_per_second_note: "por número; vazio = sem limite", pair_throttle: "Envios à mesma pessoa", pair_throttle_note: "a cada 6 s; vazio = sem limite",
  webhook_paused: "Pausar todos os avisos", duplicates: "Entregar duas vezes", disorder: "Fora de ordem", disorder_note: "e antes da resposta do envio",
  status_error_code: "Falhar depois de aceitar", read_ms: "Cliente lê após", read_ms_note: "milissegundos", window: "Vale para", window_known: "Clientes daqui", window_all: "Todos", window_off: "Ninguém",
  window_by_status: "Recusar só no aviso", window_by_status_note: "aceita e falha depois", never: "Nunca", sometimes: "10%", half: "50%", always: "Sempre", none: "Nenhum", all_numbers: "Todos",
  e131000: "131000 · algo deu errado", e131016: "131016 · serviço indisponível", e130429: "130429 · limite do número", e131056: "131056 · limite da pessoa", e131047: "131047 · fora das 24 h",
  e131026: "131026 · não entregável", e131049: "131049 · marketing retido", e131042: "131042 · pagamento", e190: "190 · token vencido", e368: "368 · conta bloqueada", e131053: "131053 · mídia recusada", e100: "100 · parâmetro inválido", e131048: "131048 · limite de spam", e131050: "131050 · pediu para parar",
};
const en = {
  title: "WhatsApp simulator", subtitle: "Plays Meta and the customers", retry: "Try now",
  phones: "Phones", calls: "Calls", faults: "Faults", number: "Business number",
  phones_title: "The customers' phones", calls_title: "What the platform called", faults_title: "Faults on purpose",
  only_sends: "Sends only", no_calls: "No calls yet. Whatever the platform sends, reads or asks shows here.",
  normal: "Back to normal", offline: "The simulator does not answer. Trying again…",
  write: "Message", send: "Send as the customer",
  more: "Send something else", cancel: "Cancel", reply: "Reply", edit: "Edit", delete: "Delete", tools: "What to do with the message",
  revoked: "Message deleted", edited: "edited", from_phone: "typed on the phone", save: "Save the file",
  menu_send: "Send", menu_happens: "Happens", menu_photo: "Photo", menu_screenshot: "Screenshot", menu_voice: "Voice note", menu_audio: "Audio",
  menu_video: "Video", menu_document: "PDF", menu_sticker: "Sticker", menu_sticker_moving: "Animated", menu_place: "Place", menu_card: "Contact", menu_own_card: "My phone",
  menu_order: "Order", menu_form: "Form", menu_from_ad: "From an ad", menu_product: "Product", menu_forwarded: "Forwarded", menu_poll: "Poll",
  menu_call_missed: "Call, give up", menu_call_answered: "Call, talk 15 s", menu_stop: "Stop offers", menu_resume: "Want offers",
  menu_new_number: "Change number", menu_echo: "Shop by phone",
  from_ad_text: "Hi! I saw the ad and want to know more", product_text: "Does it come in blue?", forwarded_text: "Look at this offer, pass it on!",
  echo_text: "Answering from the shop's phone",
  news_title: "News from Meta", news_template_paused: "Template paused", news_template_rejected: "Template rejected", news_template_approved: "Template approved",
  news_number_flagged: "Quality fell", news_number_unflagged: "Quality is back", news_number_upgraded: "Limit went up",
  typing: "typing…", online: "business account", today: "Today",
  empty_chat: "No conversation yet. Write as {name} to begin.", undelivered: "did not arrive",
  webhook_none: "nothing delivered yet", webhook_good: "webhook answers in {ms} ms", webhook_paused: "webhooks paused: {pending} waiting",
  webhook_bad: "webhook does not answer: {pending} waiting", webhook_status: "webhook answered {status}: {pending} waiting",
  asked: "Request", answered: "Answer", no_answer: "no answer", cut: "connection cut", to: "to",
  kind_text: "Text", kind_template: "Template", kind_read: "Marked as read", kind_typing: "Read, now typing", kind_image: "Photo",
  kind_video: "Video", kind_audio: "Audio", kind_document: "Document", kind_sticker: "Sticker", kind_interactive: "Message with buttons",
  kind_reaction: "Reaction", kind_location: "Location", kind_contacts: "Contact", kind_message: "Message", kind_phone_numbers: "Asked for the numbers",
  kind_message_templates: "Asked for the templates", kind_subscribed_apps: "Webhook subscription", kind_number: "Asked for a number", kind_account: "Asked for the account",
  "kind_media.upload": "Uploaded a file", "kind_media.read": "Asked where a file is", "kind_media.delete": "Deleted a file",
  "kind_template.create": "Created a template", "kind_template.delete": "Deleted a template",
  preset_slow: "Meta is slow", preset_shaky: "Meta is shaky", preset_down: "Meta is down", preset_silent: "No webhooks",
  group_speed: "Speed", group_answers: "Answers to sends", group_limits: "Limits", group_webhooks: "Webhooks", group_window: "24 h window",
  latency_ms: "Time to answer", latency_ms_note: "median, milliseconds", jitter: "Variation", jitter_note: "0 = always the same",
  error_code: "Refuse with error", error_probability: "How often", timeout_after_accepting: "Accept, never answer", drop_response: "Accept, cut the connection",
  http_5xx_html: "502 error page", phone_number_id: "Only this number", count: "Only the next", count_note: "calls; empty = no end",
  throttle_per_second: "Sends a second", throttle_per_second_note: "per number; empty = no limit", pair_throttle: "Sends to one person", pair_throttle_note: "in 6 s; empty = no limit",
  webhook_paused: "Pause all webhooks", duplicates: "Deliver twice", disorder: "Out of order", disorder_note: "and before the send is answered",
  status_error_code: "Fail after accepting", read_ms: "Customer reads after", read_ms_note: "milliseconds", window: "Holds for", window_known: "Customers here", window_all: "Everybody", window_off: "Nobody",
  window_by_status: "Refuse by webhook only", window_by_status_note: "accepts, then fails", never: "Never", sometimes: "10%", half: "50%", always: "Always", none: "None", all_numbers: "All",
  e131000: "131000 · something went wrong", e131016: "131016 · unavailable", e130429: "130429 · number limit", e131056: "131056 · person limit", e131047: "131047 · outside 24 h",
  e131026: "131026 · undeliverable", e131049: "131049 · marketing held", e131042: "131042 · payment", e190: "190 · token expired", e368: "368 · account blocked", e131053: "131053 · media refused", e100: "100 · invalid parameter", e131048: "131048 · spam limit", e131050: "131050 · asked to stop",
}

export const language = navigator.language.startsWith("en") ? "en" : "pt-BR"
const words = language === "en" ? en : pt

export function word(name, values = {}) {
  return (words[name] ?? "").replace(/{(\w+)}/g, (_, key) => values[key])
}

export function translatePage() {
  document.documentElement.lang = language
  document.title = word("title")
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word)
  for (const element of document.querySelectorAll("[data-word-label]")) {
    element.setAttribute("aria-label", word(element.dataset.wordLabel))
    element.title = word(element.dataset.wordLabel)
  }
  for (const element of document.querySelectorAll("[data-word-placeholder]")) {
    element.placeholder = word(element.dataset.wordPlaceholder)
  }
}
