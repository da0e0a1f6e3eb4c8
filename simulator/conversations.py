"""What the scripted customers say, in their order."""

from typing import NamedTuple


class Conversation(NamedTuple):
    """One customer's lines, to the first (0) or second (1) number; a dict is what happenings.happen takes."""

    number: int
    lines: tuple[str | dict, ...]


LONG_MESSAGE = (
    "Oi, boa tarde! Vou explicar tudo de uma vez para facilitar 🙏\n\n"
    "Comprei no dia 3 o vestido midi azul (tamanho M) e a sandália bege 37, pedido 8841. A entrega chegou "
    "direitinho, na data, nada a reclamar do entregador, que foi muito gentil e até esperou eu descer com o "
    "cachorro no colo.\n\n"
    "O problema é que o vestido veio com a costura da lateral aberta, uns quatro dedos, e eu ia usar no "
    "casamento da minha prima no sábado que vem. Eu mesma até sei costurar, mas é um tecido fininho, tenho "
    "medo de estragar de vez e depois vocês não aceitarem a troca.\n\n"
    "Então queria saber três coisas:\n"
    "1) dá para trocar na loja de Pinheiros sem agendar?\n"
    "2) se não tiver mais o M azul, posso levar o verde e pagar a diferença?\n"
    "3) a sandália eu quero ficar, então como fica a nota fiscal, já que foi tudo junto?\n\n"
    "Desculpa o textão 😅 mas prefiro contar tudo logo. Obrigada desde já, o atendimento de vocês sempre foi "
    "ótimo! 💙"
)

CONVERSATIONS = {
    "ana": Conversation(
        0,
        (
            {"text": "Oi, bom dia! Vi o anúncio de vocês. O vestido floral ainda tem no 42? 🌸", "referral": True},
            {"reaction": "😍", "to": "answer"},
            {"text": "Ai que bom! Vocês entregam na Vila Mariana?", "context": "answer"},
            {"location": {"latitude": -23.589337, "longitude": -46.634911}},
            "Prefiro retirar então. Até que horas ficam abertos no sábado?",
            "Perfeito, passo lá às 11h. Pode separar no nome da Ana?",
            {"edit": "Perfeito, passo lá às 12h. Pode separar no nome da Ana?", "of": "own"},
            {"sticker": "animated"},
            "Obrigada, vocês são demais! 💚",
        ),
    ),
    "carla": Conversation(
        0,
        (
            LONG_MESSAGE,
            {"image": "Olha a costura como veio"},
            {"voice": True},
            {"text": "Combinado, quinta depois das 14h eu consigo", "context": "answer"},
            {"reaction": "❤️", "to": "answer"},
            {"video": "Assim dá pra ver melhor"},
            "Maravilha. Já salvei aqui, muito obrigada pela paciência ❤️",
        ),
    ),
    "bruno": Conversation(
        1,
        (
            'Boa tarde. Meu pedido 8812 está parado em "em separação" desde segunda. Conseguem verificar?',
            {"document": "Comprovante do Pix.pdf", "caption": "Segue o comprovante"},
            "Entendi. É presente de aniversário, precisava até sexta.",
            {"call": {}},
            "Liguei sem querer, desculpa. Pode ser pelo motoboy sim, pago a diferença sem problema",
            {"reaction": "👍", "to": "answer"},
            "Show, aguardo o rastreio então. Valeu 👍",
        ),
    ),
    "duda": Conversation(
        0,
        (
            "oii, sou costureira e queria saber se vocês têm parceria pra ajuste de barra",
            {"image": "Barra de vestido de festa que fiz semana passada"},
            {"contacts": True},
            {"text": "essa é a rosa, minha sócia. ela atende às terças", "context": "own"},
            {"sticker": "static"},
            {"own_card": True, "context": "answer"},
            "ahh que legal!! fico no aguardo do contato então 🧵✨",
        ),
    ),
    "eduardo": Conversation(
        0,
        (
            {"order": True},
            "Fala pessoal, fiz o pedido pelo catálogo. Vocês aceitam Pix parcelado?",
            "E no cartão, faz em quantas vezes sem juros?",
            {"screenshot": "Paguei agora, segue o comprovante"},
            {"reaction": "🚀", "to": "answer"},
            "Top demais 🚀",
        ),
    ),
    "fernanda": Conversation(
        1,
        (
            {"text": "Gente, a loja da Savassi abre no feriado?? 👀", "forwarded": True},
            {"location": True},
            {
                "text": "É perto daí? Queria marcar hora pra provar os vestidos de madrinha, somos em 4",
                "context": "own",
            },
            {"unsupported": "poll_creation"},
            {"flow": True},
            "Quinta 18h fica perfeito pra todo mundo 🥂",
            "Confirmado! Beijos 💜💜",
        ),
    ),
    "gustavo": Conversation(
        1,
        (
            "Bom dia, vocês têm o uniforme do Colégio Horizonte? Preciso pro meu filho, ele veste 10",
            {"audio": True},
            "Ops, esse áudio era pra escola 😂",
            {"text": "2 camisetas e 1 agasalho. Ele está crescendo rápido, melhor levar o 12 né?", "context": "answer"},
            {"call": {"seconds": 47}},
            "Perfeito. Pode mandar o Pix que já acerto",
            {"new_number": True},
            "Gente, troquei de número, agora é este aqui. Podem continuar por aqui ✅",
        ),
    ),
    "helena": Conversation(
        0,
        (
            "Olá. Queria cancelar o pedido 8907, comprei errado.",
            "Meu CPF é aquele do cadastro, ok?",
            {"revoke": "own"},
            "Apaguei pra não deixar dado meu aqui 😅 Ainda não chegou não, o site diz que sai para entrega amanhã",
            {"text": "E o estorno cai em quanto tempo?", "context": "answer"},
            {"preference": "stop"},
            "Tá certo, obrigada pela agilidade.",
        ),
    ),
}
