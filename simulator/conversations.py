"""What the scripted customers say, in their order."""

from typing import NamedTuple


class Conversation(NamedTuple):
    """One customer's lines, to the first (0) or second (1) number; a dict is content other than text."""

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
            "Oi, bom dia! O vestido floral do Instagram ainda tem no 42? 🌸",
            "Ai que bom 😍 Vocês entregam na Vila Mariana?",
            "Prefiro retirar então. Até que horas ficam abertos no sábado?",
            "Perfeito, passo lá às 11h. Pode separar no nome da Ana?",
            "Obrigada, vocês são demais! 💚",
        ),
    ),
    "bruno": Conversation(
        1,
        (
            'Boa tarde. Meu pedido 8812 está parado em "em separação" desde segunda. Conseguem verificar?',
            "Entendi. É presente de aniversário, precisava até sexta.",
            "Pode ser pelo motoboy sim, pago a diferença sem problema",
            "Show, aguardo o rastreio então. Valeu 👍",
        ),
    ),
    "carla": Conversation(
        0,
        (
            LONG_MESSAGE,
            {"image": "Olha a costura como veio"},
            "Combinado, quinta depois das 14h eu consigo",
            "Maravilha. Já salvei aqui, muito obrigada pela paciência ❤️",
        ),
    ),
    "duda": Conversation(
        0,
        (
            "oii, sou costureira e queria saber se vocês têm parceria pra ajuste de barra",
            "consigo fazer em 2 dias, mando fotos dos trabalhos se quiser",
            {"image": "Barra de vestido de festa que fiz semana passada"},
            "ahh que legal!! fico no aguardo do contato então 🧵✨",
        ),
    ),
    "eduardo": Conversation(
        0,
        (
            "Fala pessoal, vocês aceitam Pix parcelado?",
            "E no cartão, faz em quantas vezes sem juros?",
            "Fechou. Manda o link do tênis preto 43 então, por favor",
            "Paguei agora, segue o horário: 15:42. Confirma aí pra mim?",
            "Top demais 🚀",
        ),
    ),
    "fernanda": Conversation(
        1,
        (
            "Gente, a loja da Savassi abre no feriado?? 👀",
            "Aaah ótimo! E consigo marcar hora pra provar os vestidos de madrinha? Somos em 4",
            "Quinta 18h fica perfeito pra todo mundo 🥂",
            "Confirmado! Beijos 💜💜",
        ),
    ),
    "gustavo": Conversation(
        1,
        (
            "Bom dia, vocês têm o uniforme do Colégio Horizonte? Preciso pro meu filho, ele veste 10",
            "2 camisetas e 1 agasalho. Ele está crescendo rápido, melhor levar o 12 né? 😂",
            "Vou de 12 então. Consegue entregar até o começo das aulas, dia 2?",
            "Perfeito. Pode mandar o Pix que já acerto",
            "Feito ✅ obrigado pela atenção",
        ),
    ),
    "helena": Conversation(
        0,
        (
            "Olá. Queria cancelar o pedido 8907, comprei errado.",
            "Ainda não chegou não, o site diz que sai para entrega amanhã",
            "E o estorno cai em quanto tempo?",
            "Tá certo, obrigada pela agilidade.",
        ),
    ),
}
