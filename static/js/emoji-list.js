// The emoji of the picker, a few hundred that people in customer service use: each with words to find it by,
// in Portuguese (without accents) and English.
export const GROUPS = {
  faces: `
😀 rosto sorrindo feliz grin happy smile
😃 rosto sorrindo alegre smile happy
😄 sorriso olhos felizes smile laugh
😁 sorriso dentes grin beaming
😆 rindo risada laugh
😅 rindo suor nervoso alivio sweat relief
🤣 rolando de rir gargalhada rofl laugh
😂 chorando de rir kkk lol joy tears laugh
🙂 sorriso leve slight smile
🙃 de cabeca para baixo upside down
😉 piscada wink
😊 sorriso corado contente blush smile
😇 anjo santo angel halo
🥰 apaixonado coracoes amor love hearts
😍 olhos de coracao apaixonado love heart eyes
🤩 olhos de estrela uau star struck wow
😘 beijo coracao kiss
😗 beijo kiss
😋 gostoso delicia yum tasty
😜 lingua piscada brincadeira tongue wink joke
🤪 maluco louco crazy zany
🤗 abraco hug
🤭 mao na boca ops oops giggle
🤫 silencio segredo quiet secret shh
🤔 pensando duvida thinking hmm
🤐 boca fechada ziper zipper secret
😐 neutro serio neutral
😶 sem boca sem palavras speechless
😏 sorriso de lado smirk
😒 chateado unamused annoyed
🙄 revirando os olhos eye roll
😬 careta tenso grimace
😌 aliviado calmo relieved calm
😔 triste pensativo sad pensive
😪 sono cansado sleepy tired
😴 dormindo sono sleep zzz
😷 mascara doente mask sick
🤒 febre termometro doente fever sick
🤕 machucado curativo hurt bandage
🤢 enjoo nojo nauseated sick
🥵 calor quente hot heat
🥶 frio gelado cold freezing
😵 tonto dizzy
🤯 mente explodindo choque mind blown shock
😎 oculos escuros legal cool sunglasses
🥳 festa comemorar party celebrate
🤓 nerd estudioso nerd glasses
🧐 monoculo analisando monocle inspect
😕 confuso confused
😟 preocupado worried
☹️ triste frown sad
😮 surpreso boca aberta surprised wow
😯 surpreso quieto hushed
😲 espantado astonished shock
😳 corado vergonha flushed embarrassed
🥺 pidao por favor pleading please
😢 choro lagrima triste cry tear sad
😭 chorando muito sobbing cry
😱 grito medo scream fear
😨 medo assustado fearful
😰 ansioso suor anxious sweat
😥 triste aliviado sad relieved
😓 suor cansado sweat tired
😩 exausto weary tired
😫 cansado tired
🥱 bocejo yawn bored
😤 bufando irritado huff triumph
😠 bravo zangado angry
😡 furioso raiva rage angry
🤬 xingando palavrao swearing curse
🤝 aperto de mao acordo negocio handshake deal`,
  gestures: `
👍 joinha positivo ok gostei thumbs up like yes
👎 negativo nao gostei thumbs down dislike no
👌 ok perfeito ok hand perfect
✌️ paz vitoria peace victory
🤞 dedos cruzados sorte fingers crossed luck
🤟 te amo love you hand
🤙 me liga hang loose call me
👈 esquerda apontar point left
👉 direita apontar point right
👆 cima apontar point up
👇 baixo apontar point down
☝️ um dedo atencao index one
✋ mao pare stop hand
👋 tchau oi aceno wave hello bye
🖐️ mao aberta cinco hand five
👏 palmas parabens clap applause
🙌 maos para cima viva celebrate hooray
🫶 maos coracao amor heart hands
👐 maos abertas open hands
🤲 maos juntas palms
🙏 obrigado por favor reza gratidao thanks please pray
💪 forca musculo strong muscle
✍️ escrevendo assinar writing sign
👀 olhos vendo eyes look
🙋 mao levantada pergunta raise hand question
🤷 nao sei dar de ombros shrug
🤦 mao na testa facepalm
🙅 nao gesto no gesture
🙆 ok gesto ok gesture
💁 informacao atendente help information
👨‍💻 programador computador developer computer
👩‍💼 executiva trabalho office worker
🧑‍🔧 mecanico tecnico mechanic repair
👷 obra construcao builder construction
🚶 andando walking
🏃 correndo running
❤️ coracao vermelho amor red heart love
🧡 coracao laranja orange heart
💛 coracao amarelo yellow heart
💚 coracao verde green heart
💙 coracao azul blue heart
💜 coracao roxo purple heart
🖤 coracao preto black heart
🤍 coracao branco white heart
💔 coracao partido broken heart
💕 dois coracoes two hearts love
💖 coracao brilhando sparkling heart
💯 cem por cento hundred perfect
💥 explosao boom
💫 tontura estrela dizzy star
💬 balao conversa mensagem speech message
💤 sono zzz sleep`,
  nature: `
🐶 cachorro cao dog
🐱 gato cat
🐴 cavalo horse
🐮 vaca cow
🐷 porco pig
🐔 galinha frango chicken
🐟 peixe fish
🐝 abelha bee
🦋 borboleta butterfly
🌹 rosa flor rose flower
🌻 girassol sunflower
🌷 tulipa flor tulip
💐 buque flores bouquet flowers
🌱 muda planta seedling plant
🌳 arvore tree
🍀 trevo sorte clover luck
☀️ sol sun
🌤️ sol nuvem sun cloud
⛅ nublado cloudy
🌧️ chuva rain
⛈️ tempestade storm
🌈 arco-iris rainbow
⚡ raio energia lightning energy
❄️ neve frio snow cold
🔥 fogo quente sucesso fire hot
💧 gota agua water drop
🌙 lua noite moon night
⭐ estrela star
✨ brilho novo sparkles new
🌎 mundo terra americas world earth
🍎 maca fruta apple
🍌 banana fruta banana
🍇 uva grape
🍓 morango strawberry
🍋 limao lemon
🥑 abacate avocado
🌽 milho corn
🥕 cenoura carrot
🍞 pao bread
🧀 queijo cheese
🥩 carne churrasco meat barbecue
🍗 frango coxa chicken leg
🍔 hamburguer lanche burger
🍟 batata frita fries
🍕 pizza
🌭 cachorro-quente hot dog
🍝 macarrao massa pasta
🍚 arroz rice
🍣 sushi japones
🥗 salada salad
🍰 bolo fatia cake slice
🎂 bolo aniversario birthday cake
🍫 chocolate
🍦 sorvete ice cream
☕ cafe coffee
🥤 refrigerante copo soda drink
🍺 cerveja beer
🍷 vinho wine
🥂 brinde tim-tim cheers toast`,
  things: `
🎉 festa parabens comemorar party tada
🎊 confete festa confetti
🎁 presente gift
🎈 balao festa balloon
🏆 trofeu campeao trophy
🥇 medalha ouro primeiro gold medal first
⚽ futebol bola soccer football
🎮 video game jogo
🎵 musica nota music
🎬 cinema filme movie
📷 camera foto photo
🎥 filmadora video camera
📱 celular telefone mobile phone
☎️ telefone fixo telephone
💻 notebook computador laptop
🖨️ impressora printer
⌨️ teclado keyboard
🔋 bateria battery
💡 lampada ideia idea bulb
🔧 chave ferramenta conserto wrench repair
🔨 martelo hammer
⚙️ engrenagem configuracao gear settings
🔒 cadeado fechado seguro lock secure
🔓 cadeado aberto unlock
🔑 chave key
🚪 porta door
🛒 carrinho compras cart shopping
🛍️ sacolas compras shopping bags
💰 dinheiro saco money
💵 dinheiro nota dolar money cash
💳 cartao credito credit card
🧾 recibo nota fiscal receipt invoice
💸 gasto dinheiro voando money wings
📈 grafico subindo chart up
📉 grafico caindo chart down
📊 grafico barras bar chart
📦 caixa pacote encomenda package box
📬 correio caixa mailbox
📧 e-mail email
✉️ carta envelope letter
📎 clipe anexo paperclip attachment
📌 alfinete fixar pin
📍 local endereco location pin
🗺️ mapa map
📅 calendario data calendar date
⏰ despertador hora alarm clock
⏳ ampulheta esperando hourglass wait
⌛ ampulheta tempo hourglass done
🕐 relogio hora clock
📝 anotacao escrever memo note
📋 prancheta lista clipboard list
📄 documento pagina document page
📁 pasta folder
📚 livros estudo books
✏️ lapis editar pencil edit
✂️ tesoura cortar scissors
🔍 lupa buscar search magnifier
🔔 sino aviso bell notification
📢 alto-falante anuncio loudspeaker announcement
🏠 casa home house
🏢 predio empresa office building
🏥 hospital saude hospital
🏦 banco bank
🏪 loja store shop
🏫 escola school
🏖️ praia ferias beach vacation
🚗 carro car
🚕 taxi
🚌 onibus bus
🚚 caminhao entrega delivery truck
🏍️ moto motorcycle
🚲 bicicleta bike
✈️ aviao viagem plane travel
🚀 foguete lancamento rocket launch
🚢 navio ship
💊 remedio comprimido pill medicine
💉 vacina injecao vaccine syringe
🩺 estetoscopio medico doctor stethoscope
🦷 dente dentista tooth dentist
👓 oculos glasses
👕 camiseta roupa shirt clothes
👗 vestido dress
👟 tenis sapato sneaker shoe
👜 bolsa handbag
💍 anel alianca ring
🧼 sabao limpeza soap clean
🧹 vassoura limpeza broom clean
🛏️ cama bed
🚿 chuveiro banho shower
🪑 cadeira chair`,
  signs: `
✅ certo feito confirmado check done
✔️ certo ok check
❌ errado nao cancelar wrong no cross
❎ x errado cross
⚠️ atencao aviso cuidado warning
❗ exclamacao importante exclamation important
❓ pergunta duvida question
‼️ dupla exclamacao importante
🚫 proibido nao forbidden no
⛔ proibida entrada no entry
🆗 ok botao
🆕 novo new
🆓 gratis free
🔝 topo top
➡️ seta direita arrow right
⬅️ seta esquerda arrow left
⬆️ seta cima arrow up
⬇️ seta baixo arrow down
🔄 atualizar trocar refresh exchange
♻️ reciclar recycle
➕ mais plus
➖ menos minus
✖️ vezes multiply
💲 cifrao preco dollar price
®️ marca registrada registered
🔴 vermelho circulo red circle
🟠 laranja circulo orange circle
🟡 amarelo circulo yellow circle
🟢 verde circulo green circle
🔵 azul circulo blue circle
⚫ preto circulo black circle
⚪ branco circulo white circle
🔶 losango laranja orange diamond
1️⃣ um numero one
2️⃣ dois numero two
3️⃣ tres numero three
4️⃣ quatro numero four
5️⃣ cinco numero five
6️⃣ seis numero six
7️⃣ sete numero seven
8️⃣ oito numero eight
9️⃣ nove numero nine
🔟 dez numero ten
🇧🇷 brasil bandeira brazil flag
🏳️ bandeira branca white flag
🏁 bandeira chegada finish flag`,
}
