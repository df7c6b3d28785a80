import type { ErrorText } from './error-row.js';
import type { WordedKey } from './error.table.js';

/** Spanish. */
export const SPANISH_TEXTS: Record<WordedKey, ErrorText> = {
  '-2/2207003': { title: 'Se agotó el tiempo de descarga', user_msg: 'El contenido multimedia tarda demasiado en descargarse.' },
  '-2/2207020': { title: 'El contenido multimedia ha caducado', user_msg: 'El contenido multimedia al que intentas acceder ha caducado. Intenta subirlo de nuevo.' },
  '-1/2207001': { title: 'Error del servidor', user_msg: 'Error del servidor de Instagram. Inténtalo de nuevo.' },
  '-1/2207032': { title: 'No se pudo crear el contenido multimedia', user_msg: 'No se pudo crear el contenido multimedia. Intenta crearlo de nuevo.' },
  '-1/2207053': { title: 'Error desconocido al subir', user_msg: 'Se produjo un error desconocido al subir el contenido multimedia.' },
  '-1/2207073': { title: 'No se puede eliminar', user_msg: 'Este tipo de contenido multimedia no se puede eliminar.' },
  '1/2207057': { title: 'Posición de la miniatura no válida', user_msg: 'La posición de la miniatura debe ser igual o mayor que 0 y menor que la duración del video.' },
  '4/2207051': { title: 'Acción bloqueada', user_msg: 'Restringimos ciertas actividades para proteger a nuestra comunidad. Avísanos si crees que hemos cometido un error.' },
  '9/2207042': { title: 'Límite alcanzado', user_msg: 'Has alcanzado el número máximo de publicaciones que permite la API de publicación de contenido.' },
  '24/2207006': { title: 'Contenido multimedia no encontrado', user_msg: 'No se encuentra el contenido multimedia con el identificador indicado o no tienes permiso para acceder a él.' },
  '24/2207008': { title: 'El borrador multimedia ha caducado o no se encuentra', user_msg: 'El borrador multimedia con el identificador de creación indicado no existe o ha caducado.' },
  '25/2207050': { title: 'Cuenta restringida', user_msg: 'La cuenta profesional de Instagram está inactiva, pendiente de verificación o restringida.' },
  '100/2207018': { title: 'Usuario no válido', user_msg: 'Un usuario etiquetado o colaborador no existe o no permite esta acción.' },
  '100/2207023': { title: 'Tipo de contenido desconocido', user_msg: 'El tipo de contenido multimedia es desconocido.' },
  '100/2207028': { title: 'Carrusel no válido', user_msg: 'Un carrusel debe tener entre 2 y 10 elementos.' },
  '100/2207035': { title: 'Posición de la etiqueta de producto', user_msg: 'En los videos no se deben indicar las posiciones de las etiquetas de producto.' },
  '100/2207036': { title: 'Posición de la etiqueta de producto', user_msg: 'En las fotos es obligatorio indicar las posiciones de las etiquetas de producto.' },
  '100/2207037': { title: 'Etiquetas de producto no válidas', user_msg: 'Una o varias etiquetas de producto no son válidas.' },
  '100/2207040': { title: 'Demasiadas etiquetas', user_msg: 'No puedes usar más de 20 etiquetas @.' },
  '352/2207026': { title: 'Formato no admitido', user_msg: 'El formato de video no es compatible. Consulta los formatos admitidos en las especificaciones.' },
  '368': { title: 'Bloqueo temporal', user_msg: 'Se te ha bloqueado temporalmente esta acción.' },
  '9004/2207052': { title: 'No se pudo descargar el contenido multimedia', user_msg: 'No se pudo obtener el contenido multimedia de esta dirección.' },
  '9007/2207027': { title: 'El contenido multimedia no está listo', user_msg: 'El contenido multimedia aún no está listo para publicarse. Espera un momento.' },
  '36000/2207004': { title: 'Imagen demasiado grande', user_msg: 'La imagen es demasiado grande para descargarla. Debe ocupar menos de 8 MiB.' },
  '36001/2207005': { title: 'Formato de imagen no admitido', user_msg: 'El formato de la imagen no es compatible. Consulta los formatos admitidos en las especificaciones.' },
  '36003/2207009': { title: 'Relación de aspecto', user_msg: 'La imagen enviada no tiene una relación de aspecto admitida.' },
  '36004/2207010': { title: 'Texto demasiado largo', user_msg: 'El texto puede tener como máximo 2.200 caracteres, 30 hashtags y 20 etiquetas @.' },
  '1609005': { title: 'Enlace ilegible', user_msg: 'No se pudo leer el enlace que has indicado.' },
};
