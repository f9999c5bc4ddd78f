"""Word lists from which names, addresses and items are put together; brands and companies are invented."""

from __future__ import annotations

from typing import Final, NamedTuple


class City(NamedTuple):
    """A city with its first five-digit postal code (CEP), its telephone area, and how often customers live there."""

    name: str
    state: str
    cep: int
    area: int
    weight: float


class Product(NamedTuple):
    """A kind of article: category code, words, sizes with grams, unit cost in cents, days of shelf life (0: none)."""

    category: str
    words: str
    sizes: tuple[tuple[str, int], ...]
    cents: int
    life: int


CITIES: Final = (
    City("São Paulo", "SP", 1000, 11, 30),
    City("Campinas", "SP", 13000, 19, 8),
    City("Guarulhos", "SP", 7000, 11, 7),
    City("Santos", "SP", 11000, 13, 4),
    City("São José dos Campos", "SP", 12200, 12, 4),
    City("Ribeirão Preto", "SP", 14000, 16, 4),
    City("Sorocaba", "SP", 18000, 15, 3),
    City("Rio de Janeiro", "RJ", 20000, 21, 10),
    City("Niterói", "RJ", 24000, 21, 2),
    City("Belo Horizonte", "MG", 30000, 31, 7),
    City("Uberlândia", "MG", 38400, 34, 2),
    City("Vitória", "ES", 29000, 27, 2),
    City("Curitiba", "PR", 80000, 41, 5),
    City("Londrina", "PR", 86000, 43, 2),
    City("Joinville", "SC", 89200, 47, 2),
    City("Florianópolis", "SC", 88000, 48, 2),
    City("Porto Alegre", "RS", 90000, 51, 4),
    City("Caxias do Sul", "RS", 95000, 54, 1),
    City("Goiânia", "GO", 74000, 62, 3),
    City("Brasília", "DF", 70000, 61, 4),
    City("Cuiabá", "MT", 78000, 65, 1),
    City("Salvador", "BA", 40000, 71, 4),
    City("Recife", "PE", 50000, 81, 4),
    City("Fortaleza", "CE", 60000, 85, 3),
    City("Natal", "RN", 59000, 84, 1),
    City("Belém", "PA", 66000, 91, 2),
    City("Manaus", "AM", 69000, 92, 3),
)

# one word a line would stretch the lists over screens
# fmt: off
GIVEN_NAMES: Final = (
    "Ana", "Antônio", "Beatriz", "Bruno", "Camila", "Carlos", "Cláudia", "Daniel", "Débora", "Eduardo", "Elisa",
    "Fábio", "Fernanda", "Francisco", "Gabriela", "Gustavo", "Helena", "Henrique", "Isabela", "João", "José",
    "Juliana", "Larissa", "Leonardo", "Letícia", "Lucas", "Luísa", "Marcelo", "Márcia", "Maria", "Mateus",
    "Natália", "Otávio", "Patrícia", "Paulo", "Rafael", "Renata", "Rodrigo", "Sandra", "Sérgio", "Tânia",
    "Tiago", "Vanessa", "Vinícius", "Viviane",
)

SURNAMES: Final = (
    "Almeida", "Alves", "Araújo", "Azevedo", "Barbosa", "Barros", "Batista", "Cardoso", "Carvalho", "Castro",
    "Correia", "Costa", "Cunha", "Dias", "Duarte", "Fernandes", "Ferreira", "Freitas", "Gomes", "Gonçalves",
    "Lima", "Lopes", "Machado", "Magalhães", "Martins", "Melo", "Mendes", "Monteiro", "Moreira", "Nascimento",
    "Nogueira", "Nunes", "Oliveira", "Pereira", "Pinto", "Ramos", "Ribeiro", "Rocha", "Rodrigues", "Santana",
    "Santos", "Silva", "Souza", "Teixeira", "Vieira",
)

STREETS: Final = (
    "Rua das Acácias", "Rua Dom Pedro II", "Rua Quinze de Novembro", "Rua Tiradentes", "Rua Sete de Setembro",
    "Rua Marechal Deodoro", "Rua Barão do Rio Branco", "Rua dos Pinheiros", "Rua Santos Dumont",
    "Rua José Bonifácio",
    "Avenida Brasil", "Avenida Getúlio Vargas", "Avenida Presidente Vargas", "Avenida das Nações", "Avenida Central",
    "Avenida São João", "Avenida Amazonas", "Travessa do Comércio", "Alameda dos Ipês", "Rodovia Anhanguera",
)

DISTRICTS: Final = (
    "Centro", "Jardim América", "Vila Nova", "Boa Vista",
    "São José", "Santa Cecília", "Bela Vista", "Parque Industrial",
    "Jardim das Flores", "Vila Mariana", "Cidade Nova", "Alto da Serra", "Santo Antônio", "Planalto",
)

SHOPS: Final = (
    "Mercado", "Supermercado", "Empório", "Armazém", "Mercearia", "Drogaria", "Farmácia", "Atacado", "Padaria",
    "Papelaria", "Casa", "Distribuidora",
)

SHOP_NAMES: Final = (
    "São Jorge", "Boa Esperança", "Santa Rita", "Bom Preço", "Primavera", "do Povo", "União", "Estrela do Sul",
    "Três Irmãos", "Aliança", "Nova Era", "Santa Clara", "Bandeirante", "Ipiranga", "Progresso", "Dois Amigos",
    "Horizonte", "Serra Azul", "Rio Claro", "Capital",
)

BRANDS: Final = (
    "Aurora Bela", "Bom Lar", "Campo Vivo", "Doce Serra", "Ipê Dourado", "Lumina", "Maré Alta", "Nativa Sul",
    "Pura Fonte", "Sabiá", "Tropical", "Vale Verde",
)
# fmt: on

CATEGORIES: Final = {
    "MERC": "Mercearia",
    "BEBI": "Bebidas",
    "LIMP": "Limpeza",
    "HIGI": "Higiene e beleza",
    "FARM": "Farmácia",
    "ELET": "Eletroportáteis",
    "PAPE": "Papelaria",
    "PETS": "Pet shop",
}

PRODUCTS: Final = (
    Product("MERC", "Arroz agulhinha tipo 1", (("1 kg", 1000), ("5 kg", 5000)), 640, 360),
    Product("MERC", "Feijão carioca", (("500 g", 500), ("1 kg", 1000)), 720, 240),
    Product("MERC", "Café torrado e moído", (("250 g", 250), ("500 g", 500)), 1480, 365),
    Product("MERC", "Açúcar cristal", (("1 kg", 1000), ("5 kg", 5000)), 410, 720),
    Product("MERC", "Macarrão espaguete", (("500 g", 500),), 380, 540),
    Product("MERC", "Óleo de soja", (("900 ml", 850),), 690, 300),
    Product("MERC", "Molho de tomate tradicional", (("300 g", 300), ("2 kg", 2000)), 290, 360),
    Product("MERC", "Biscoito recheado chocolate", (("130 g", 130),), 240, 180),
    Product("MERC", "Farinha de mandioca torrada", (("500 g", 500), ("1 kg", 1000)), 460, 240),
    Product("BEBI", "Suco de uva integral", (("1 L", 1050), ("1,5 L", 1550)), 1320, 365),
    Product("BEBI", "Água mineral sem gás", (("510 ml", 530), ("1,5 L", 1520)), 150, 365),
    Product("BEBI", "Refrigerante guaraná", (("350 ml", 370), ("2 L", 2080)), 420, 180),
    Product("BEBI", "Água de coco", (("200 ml", 215), ("1 L", 1040)), 560, 240),
    Product("LIMP", "Detergente neutro", (("500 ml", 520),), 210, 1080),
    Product("LIMP", "Sabão em pó", (("800 g", 800), ("1,6 kg", 1600)), 1190, 1080),
    Product("LIMP", "Água sanitária", (("1 L", 1060), ("2 L", 2100)), 390, 180),
    Product("LIMP", "Desinfetante lavanda", (("500 ml", 520), ("2 L", 2080)), 480, 720),
    Product("LIMP", "Esponja multiuso", (("3 un", 45),), 320, 0),
    Product("HIGI", "Shampoo hidratante", (("325 ml", 350),), 1290, 1080),
    Product("HIGI", "Condicionador nutritivo", (("325 ml", 350),), 1390, 1080),
    Product("HIGI", "Sabonete em barra", (("85 g", 85), ("6 x 85 g", 520)), 230, 1080),
    Product("HIGI", "Creme dental", (("90 g", 100), ("180 g", 195)), 450, 1080),
    Product("HIGI", "Papel higiênico folha dupla", (("12 rolos", 1100), ("24 rolos", 2200)), 1690, 0),
    Product("FARM", "Vitamina C efervescente", (("10 comp", 60), ("30 comp", 170)), 1850, 720),
    Product("FARM", "Álcool em gel 70%", (("500 ml", 480),), 990, 720),
    Product("FARM", "Curativo adesivo", (("40 un", 60),), 780, 1440),
    Product("FARM", "Protetor solar FPS 50", (("120 ml", 140), ("200 ml", 225)), 3890, 720),
    Product("FARM", "Soro fisiológico 0,9%", (("250 ml", 265), ("500 ml", 520)), 540, 720),
    Product("ELET", "Liquidificador 900 W", (("127 V", 2400), ("220 V", 2400)), 11900, 0),
    Product("ELET", "Ventilador de mesa 40 cm", (("127 V", 3100), ("220 V", 3100)), 13900, 0),
    Product("ELET", "Cafeteira elétrica", (("127 V", 1900), ("220 V", 1900)), 9900, 0),
    Product("ELET", "Lâmpada LED 9 W", (("branca", 60), ("amarela", 60)), 590, 0),
    Product("PAPE", "Caderno universitário", (("96 folhas", 380), ("200 folhas", 760)), 1390, 0),
    Product("PAPE", "Papel sulfite A4", (("500 folhas", 2400),), 2190, 0),
    Product("PAPE", "Caneta esferográfica azul", (("1 un", 8), ("50 un", 400)), 160, 0),
    Product("PETS", "Ração para cães adultos", (("1 kg", 1000), ("15 kg", 15000)), 1890, 360),
    Product("PETS", "Areia higiênica", (("4 kg", 4000),), 1290, 0),
)

VARIANTS: Final = ("", "", "Premium", "Família", "Leve mais", "Tradicional", "Econômico", "Linha 2", "Kit")
